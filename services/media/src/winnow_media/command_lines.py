"""The exact command lines of ffmpeg and ffprobe. Nothing read from a file ever becomes an argument."""

from dataclasses import dataclass
from pathlib import Path

FORMATS = "mov,matroska,mp3,wav,ogg,flac,aac,mpegts,avi"
"""Demuxers that may open. Not hls, concat, dash, image2 or lavfi: they open other files."""

_PCM = tuple(
    f"pcm_{form}"
    for form in (
        "u8",
        "s8",
        "alaw",
        "mulaw",
        *(f"{kind}{end}" for kind in ("s16", "s24", "s32") for end in ("le", "be")),
    )
) + tuple(f"pcm_f{width}{end}" for width in (32, 64) for end in ("le", "be"))

AUDIO_DECODERS = ",".join(
    (
        *("aac", "aac_fixed", "alac", "ac3", "eac3"),
        *("mp3", "mp3float", "mp2", "mp2float"),
        *("opus", "libopus", "vorbis", "libvorbis", "flac"),
        *("adpcm_ms", "adpcm_ima_wav", "adpcm_ima_qt", "amrnb", "amrwb"),
        *_PCM,
    )
)
"""Exact decoder names: every PCM width is one of its own."""

VIDEO_DECODERS = "h264,hevc,vp8,vp9,libdav1d,libaom-av1,av1,mpeg4,mjpeg"

# ffprobe opens a decoder for every stream and gives up at one that is not allowed, so the ones that only turn marked
# text into text are here too; extraction never maps such a stream.
_TEXT_DECODERS = "mov_text,subrip,srt,ass,ssa,webvtt,text"

_BOUNDS = ("-probesize", "32M", "-analyzeduration", "30M", "-max_streams", "64")


@dataclass(frozen=True, kw_only=True)
class Programs:
    """Absolute paths of the two programs, and how many threads a decoder gets."""

    ffmpeg: str
    ffprobe: str
    threads: int


@dataclass(frozen=True, kw_only=True)
class Input:
    """A local file and the demuxer that its sniffed content calls for; None leaves the choice to ffmpeg (tests)."""

    path: Path
    demuxer: str | None

    def options(self, decoders: str) -> list[str]:
        """Everything that stands before and with ``-i``. ``file:`` stops names that look like options or protocols."""
        forced = ["-f", self.demuxer] if self.demuxer else []
        allowed = ["-protocol_whitelist", "file,pipe", "-format_whitelist", FORMATS, "-codec_whitelist", decoders]
        return [*allowed, *_BOUNDS, *forced, "-i", f"file:{self.path}"]


def probe(programs: Programs, source: Input) -> list[str]:
    """Container and streams as JSON."""
    decoders = f"{AUDIO_DECODERS},{VIDEO_DECODERS},{_TEXT_DECODERS}"
    return [programs.ffprobe, "-v", "error", "-of", "json", "-show_format", "-show_streams", *source.options(decoders)]


def list_streams(programs: Programs, source: Input) -> list[str]:
    """Container and streams in words, where ffprobe gave up: only the streams' headers are read, nothing is mapped."""
    return [*_quiet(programs, "info"), *source.options(AUDIO_DECODERS)]


def list_packets(programs: Programs, source: Input, stream: int, starts_seconds: tuple[float, ...]) -> list[str]:
    """Times and places of the packets of one stream, 5 s from each start, as CSV (time, size, position)."""
    decoders = f"{AUDIO_DECODERS},{VIDEO_DECODERS},{_TEXT_DECODERS}"
    intervals = ",".join(f"{start:.3f}%+5" for start in starts_seconds)
    shown = ["-show_packets", "-show_entries", "packet=pts_time,size,pos", "-of", "csv=p=0"]
    chosen = ["-select_streams", str(stream), "-read_intervals", intervals]
    return [programs.ffprobe, "-v", "error", *shown, *chosen, *source.options(decoders)]


def decode_packets(programs: Programs, source: Input, stream: int, places: tuple[tuple[float, int], ...]) -> list[str]:
    """Decode so many packets of one stream from each start (s), shown as CSV; reads what ``list_packets`` listed."""
    intervals = ",".join(f"{start:.3f}%+#{count}" for start, count in places)
    shown = ["-show_packets", "-show_frames", "-show_entries", "packet=pts_time:frame=pts_time", "-of", "csv"]
    chosen = ["-select_streams", str(stream), "-read_intervals", intervals, "-threads", str(programs.threads)]
    decoders = f"{AUDIO_DECODERS},{VIDEO_DECODERS},{_TEXT_DECODERS}"
    return [programs.ffprobe, "-v", "error", *shown, *chosen, *source.options(decoders)]


def decode_samples(
    programs: Programs, source: Input, stream: int, samples: tuple[tuple[float, float], ...]
) -> list[str]:
    """Decode samples (start and length in seconds) of one stream; the last messages count packets and frames."""
    inputs: list[str] = []
    maps: list[str] = []
    for number, (start, length) in enumerate(samples):
        seek = ["-ss", f"{start:.3f}"] if start else []
        inputs += ["-threads", str(programs.threads), *seek, "-t", f"{length:.3f}"]
        inputs += source.options(f"{AUDIO_DECODERS},{VIDEO_DECODERS}")
        maps += ["-map", f"{number}:{stream}"]
    return [*_quiet(programs, "repeat+verbose"), "-max_error_rate", "1", *inputs, *maps, "-f", "null", "pipe:1"]


def list_times(programs: Programs, source: Input, stream: int) -> list[str]:
    """Time and duration of all packets of one stream as CSV, nothing decoded."""
    decoders = f"{AUDIO_DECODERS},{VIDEO_DECODERS},{_TEXT_DECODERS}"
    shown = ["-show_entries", "packet=pts_time,duration_time", "-of", "csv=p=0", "-select_streams", str(stream)]
    return [programs.ffprobe, "-v", "error", *shown, *source.options(decoders)]


def extract_audio(programs: Programs, source: Input, stream: int, longest_seconds: float) -> list[str]:
    """16 kHz mono FLAC on standard output, nothing of the file's own text in it."""
    return [
        *_quiet(programs, "error"),
        *source.options(AUDIO_DECODERS),
        *("-map", f"0:{stream}", *_NOTHING_ELSE, "-ac", "1", "-ar", "16000"),
        # asynchronous sound is stretched or filled, so that a hole in the sound does not shift all later times
        *("-af", "aresample=async=1:first_pts=0", "-t", f"{longest_seconds + 1:.0f}"),
        *("-c:a", "flac", "-f", "flac", "pipe:1"),
    ]


def take_pictures(programs: Programs, source: Input, at_seconds: float, poster: Path, thumbnail: Path) -> list[str]:
    """A poster (at most 1280 px a side) and a thumbnail (320 px), upright, one telling frame, as JPEG files."""
    seek = ["-ss", f"{at_seconds:.3f}"] if at_seconds else []
    line = [*_quiet(programs, "error"), "-threads", str(programs.threads), *seek, *source.options(VIDEO_DECODERS)]
    split = f"[0:V:0]thumbnail=24,split[a][b];[a]{_fit(1280)}[poster];[b]{_fit(320)}[thumbnail]"
    line += ["-filter_complex", split]
    for name, path in (("poster", poster), ("thumbnail", thumbnail)):
        line += ["-map", f"[{name}]", "-frames:v", "1", "-map_metadata", "-1"]
        line += ["-c:v", "mjpeg", "-q:v", "4", "-f", "image2", "-update", "1", f"file:{path}"]
    return line


def render(
    programs: Programs, source: Input, kind: str, audio: int | None, longest_seconds: float, target: Path
) -> list[str]:
    """A form that browsers play: ``mp4`` or ``webm`` around the same streams, or the sound alone as ``m4a``."""
    line = [*_quiet(programs, "error"), *source.options(f"{AUDIO_DECODERS},{VIDEO_DECODERS}")]
    sound = ["-map", f"0:{audio}"] if audio is not None else []
    cut = ["-t", f"{longest_seconds + 1:.0f}"]
    match kind:
        case "mp4":
            made = ["-map", "0:V:0", *sound, "-c", "copy", "-movflags", "+faststart", "-f", "mp4"]
        case "webm":
            made = ["-map", "0:V:0", *sound, "-c", "copy", "-f", "webm"]
        case "m4a":
            made = [*sound, "-vn", "-ac", "2", "-c:a", "aac", "-b:a", "96k", "-movflags", "+faststart", "-f", "ipod"]
        case _:
            raise ValueError(f"there is no rendition {kind}")
    return [*line, "-sn", "-dn", *_NO_TEXT, *cut, *made, f"file:{target}"]


_NO_TEXT = ("-map_metadata", "-1", "-map_chapters", "-1")
_NOTHING_ELSE = ("-vn", "-sn", "-dn", *_NO_TEXT)


def _quiet(programs: Programs, level: str) -> list[str]:
    return [programs.ffmpeg, "-nostdin", "-hide_banner", "-nostats", "-v", level]


def _fit(side: int) -> str:
    return f"scale=w='min({side},iw)':h='min({side},ih)':force_original_aspect_ratio=decrease,format=yuvj420p"
