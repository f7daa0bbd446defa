"""The exact command lines of ffmpeg and ffprobe. Nothing read from a file ever becomes an argument."""

from dataclasses import dataclass
from pathlib import Path

from winnow_media.decoders import MEDIA_DECODERS, PROBE_DECODERS, VIDEO_DECODERS

FORMATS = "mov,matroska,mp3,wav,ogg,flac,aac,mpegts,avi"
"""Demuxers that may open. hls, concat, dash, image2 and lavfi are left out because they open other files."""

_BOUNDS = ("-probesize", "32M", "-analyzeduration", "30M", "-max_streams", "64")


@dataclass(frozen=True, kw_only=True)
class Programs:
    """Absolute paths of the two programs, and the number of threads of a decoder, an encoder and a filter."""

    ffmpeg: str
    ffprobe: str
    threads: int


@dataclass(frozen=True, kw_only=True)
class Input:
    """A local file and the demuxer for its sniffed content. None leaves the choice to ffmpeg (in tests)."""

    path: Path
    demuxer: str | None

    def options(self, decoders: str, *, untrimmed: bool = False) -> list[str]:
        """The options up to and including ``-i``. ``file:`` disarms names that look like options or protocols.

        ``untrimmed`` also reads what an edit list cuts off. Otherwise that part gives no frames and looks like damage.
        """
        forced = ["-f", self.demuxer] if self.demuxer else []
        if untrimmed and self.demuxer == "mov":
            forced += ["-ignore_editlist", "1"]
        allowed = ["-protocol_whitelist", "file,pipe", "-format_whitelist", FORMATS, "-codec_whitelist", decoders]
        return [*allowed, *_BOUNDS, *forced, "-i", f"file:{self.path}"]


def probe(programs: Programs, source: Input) -> list[str]:
    """Container and streams as JSON."""
    shown = ["-of", "json", "-show_format", "-show_streams"]
    return [programs.ffprobe, "-v", "error", *shown, *source.options(PROBE_DECODERS)]


def list_streams(programs: Programs, source: Input) -> list[str]:
    """Container and streams as ffmpeg's messages, if ffprobe gave up. It reads only headers and maps no stream."""
    return [*_quiet(programs, "info"), *source.options(MEDIA_DECODERS)]


def list_packets(programs: Programs, source: Input, stream: int, starts_seconds: tuple[float, ...]) -> list[str]:
    """Lists the packets of one stream for 5 s from each start, as CSV (time, size, position)."""
    intervals = ",".join(f"{start:.3f}%+5" for start in starts_seconds)
    shown = ["-show_packets", "-show_entries", "packet=pts_time,size,pos", "-of", "csv=p=0"]
    chosen = ["-select_streams", str(stream), "-read_intervals", intervals]
    return [programs.ffprobe, "-v", "error", *shown, *chosen, *source.options(PROBE_DECODERS, untrimmed=True)]


def decode_packets(programs: Programs, source: Input, stream: int, places: tuple[tuple[float, int], ...]) -> list[str]:
    """Decode packets of one stream, as CSV. ``places`` has the start (s) and number of packets of each sample.

    It reads the packets that ``list_packets`` listed.
    """
    intervals = ",".join(f"{start:.3f}%+#{count}" for start, count in places)
    shown = ["-show_packets", "-show_frames", "-show_entries", "packet=pts_time:frame=pts_time", "-of", "csv"]
    chosen = ["-select_streams", str(stream), "-read_intervals", intervals, *_threads(programs)]
    return [programs.ffprobe, "-v", "error", *shown, *chosen, *source.options(PROBE_DECODERS, untrimmed=True)]


def decode_samples(
    programs: Programs, source: Input, stream: int, samples: tuple[tuple[float, float], ...]
) -> list[str]:
    """Decode samples (start, length in seconds) of one stream. The last messages have packets, frames and decibels."""
    inputs: list[str] = []
    maps: list[str] = []
    for number, (start, length) in enumerate(samples):
        seek = ["-ss", f"{start:.3f}"] if start else []
        inputs += [*_threads(programs), *seek, "-t", f"{length:.3f}"]
        inputs += source.options(MEDIA_DECODERS, untrimmed=True)
        maps += ["-map", f"{number}:{stream}"]
    heard = ["-af", "volumedetect", "-f", "null", "pipe:1"]
    return [*_quiet(programs, "repeat+verbose"), "-max_error_rate", "1", *inputs, *maps, *heard]


def list_times(programs: Programs, source: Input, stream: int) -> list[str]:
    """Time and duration of all packets of one stream as CSV, without decoding."""
    shown = ["-show_entries", "packet=pts_time,duration_time", "-of", "csv=p=0", "-select_streams", str(stream)]
    return [programs.ffprobe, "-v", "error", *shown, *source.options(PROBE_DECODERS)]


def measure_timeline(programs: Programs, source: Input) -> list[str]:
    """Read pictures and sound as ``render`` does, without output. The progress shows how long they play."""
    return [*_quiet(programs, "error"), *source.options(MEDIA_DECODERS), "-map", "0:V?", "-map", "0:a?", *_THROWN_AWAY]


def extract_audio(programs: Programs, source: Input, stream: int, has_video: bool, longest_seconds: float) -> list[str]:
    """16 kHz mono FLAC on standard output, without the file's tags. Its times are those of ``render``.

    The video decoders are allowed although none is used: without them ffmpeg does not find where the pictures begin.
    """
    return [
        *_quiet(programs, "error"),
        *_threads(programs),
        *source.options(MEDIA_DECODERS),
        *("-map", f"0:{stream}", *_NOTHING_ELSE, "-ac", "1", "-ar", "16000"),
        # stretch or fill asynchronous sound, so that a hole in it does not shift all later times
        *("-af", f"{_FILLED}:first_pts=0", "-t", f"{longest_seconds + 1:.0f}"),
        *("-c:a", "flac", "-f", "flac", "pipe:1"),
        *_pictures_beside(source, has_video),
    ]


def take_pictures(programs: Programs, source: Input, at_seconds: float, poster: Path, thumbnail: Path) -> list[str]:
    """Write one representative frame, upright, as JPEG files: poster (at most 1280 px a side), thumbnail (320 px)."""
    seek = ["-ss", f"{at_seconds:.3f}"] if at_seconds else []
    line = [*_quiet(programs, "error"), *_threads(programs), *seek, *source.options(VIDEO_DECODERS)]
    split = f"[0:V:0]thumbnail=24,split[a][b];[a]{_fit(1280)}[poster];[b]{_fit(320)}[thumbnail]"
    line += ["-filter_complex", split]
    for name, path in (("poster", poster), ("thumbnail", thumbnail)):
        line += ["-map", f"[{name}]", "-frames:v", "1", "-map_metadata", "-1"]
        line += ["-c:v", "mjpeg", *_threads(programs), "-q:v", "4", "-f", "image2", "-update", "1", f"file:{path}"]
    return line


def render(
    programs: Programs,
    source: Input,
    kind: str,
    audio: int | None,
    has_video: bool,
    longest_seconds: float,
    target: Path,
) -> list[str]:
    """Write a rendition that browsers play, of a kind in ``playback.RENDITION_TYPES``.

    ``mp4`` and ``webm`` have the file's own streams; ``mp4-aac`` and ``webm-opus`` have its pictures and re-encoded
    sound; ``m4a`` has only the sound, which begins where the omitted pictures begin.
    """
    line = [*_quiet(programs, "error"), *_threads(programs), "-fflags", "+genpts", *source.options(MEDIA_DECODERS)]
    both = ["-map", "0:V:0?", *(["-map", f"0:{audio}"] if audio is not None else []), "-c", "copy"]
    filled = ["-af", _FILLED, "-ac", "2"]
    beside: tuple[str, ...] = ()
    match kind:
        case "mp4":
            made = [*both, *_MP4]
        case "mp4-aac":
            made = [*both, *filled, "-c:a", "aac", "-b:a", "128k", *_MP4]
        case "webm":
            made = [*both, "-f", "webm"]
        case "webm-opus":
            made = [*both, *filled, "-c:a", "libopus", "-b:a", "96k", "-f", "webm"]
        case "m4a":
            alone = ["-map", f"0:{audio}", "-vn", "-af", f"{_FILLED}:first_pts=0", "-ac", "2"]
            made = [*alone, "-c:a", "aac", "-b:a", "96k", "-movflags", "+faststart", "-f", "ipod"]
            beside = _pictures_beside(source, has_video)
        case _:
            raise ValueError(f"there is no rendition {kind}")
    cut = ["-t", f"{longest_seconds + 1:.0f}"]
    return [*line, "-sn", "-dn", *_NO_TEXT, *cut, *made, f"file:{target}", *beside]


def _pictures_beside(source: Input, has_video: bool) -> tuple[str, ...]:
    """A null output of the pictures, for files whose pictures must be read for the sound to keep its times."""
    return ("-map", "0:V:0", *_THROWN_AWAY) if has_video and source.demuxer in TIMED_BY_STREAMS_READ else ()


TIMED_BY_STREAMS_READ = frozenset(("mpegts", "ogg"))
"""Demuxers for which ffmpeg counts time from the start of the streams that it reads, and closes their holes."""

_FILLED = "aresample=async=1"
_MP4 = ("-movflags", "+faststart", "-strict", "experimental", "-f", "mp4")  # FLAC in MP4 was experimental in ffmpeg 5
_THROWN_AWAY = ("-c", "copy", "-f", "null", "pipe:1")
_NO_TEXT = ("-map_metadata", "-1", "-map_metadata:s", "-1", "-map_chapters", "-1")
_NOTHING_ELSE = ("-vn", "-sn", "-dn", *_NO_TEXT)


def _quiet(programs: Programs, level: str) -> list[str]:
    # Each pipeline of filters has a pool of threads, also one of filters that have no use for it.
    pools = ["-filter_threads", str(programs.threads), "-filter_complex_threads", str(programs.threads)]
    return [programs.ffmpeg, "-nostdin", "-hide_banner", "-nostats", "-v", level, *pools]


def _threads(programs: Programs) -> list[str]:
    """For one decoder or encoder, which would otherwise take as many as the machine has processors."""
    return ["-threads", str(programs.threads)]


def _fit(side: int) -> str:
    return f"scale=w='min({side},iw)':h='min({side},ih)':force_original_aspect_ratio=decrease,format=yuvj420p"
