"""Examines a new upload: its format, and whether it can be decoded, from a few of its bytes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from winnow_base.objects.store import ObjectStore
from winnow_contracts.errors import BadInput, Unsupported
from winnow_contracts.formats import SNIFF_BYTES, WEBM, Format, sniff
from winnow_media import tracks
from winnow_media.boxes import Layout, read_layout
from winnow_media.command_lines import Input
from winnow_media.durations import measured_seconds, told_seconds
from winnow_media.ffmpeg import Ffmpeg, Sample
from winnow_media.local_copies import WHOLE_BYTES, Fetcher, LocalCopy
from winnow_media.playback import rendition_for
from winnow_media.probing import Stream
from winnow_media.sampling import Sampler
from winnow_media.specimen import Specimen

_HINT = "Export or record it again, and upload that."


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The facts about a good recording that ``PrepareRecording`` needs."""

    demuxer: str
    duration_ms: int
    audio_stream: int | None
    has_video: bool
    rendition: str | None
    warnings: tuple[str, ...]


class Examiner:
    """Examines one object. ``check`` is called often and raises if the task must end."""

    def __init__(
        self, objects: ObjectStore, ffmpeg: Ffmpeg, folder: Path, longest_seconds: float, check: Callable[[], None]
    ) -> None:
        self._objects, self._ffmpeg, self._folder = objects, ffmpeg, folder
        self._longest_seconds, self._check = longest_seconds, check
        self._warnings: list[str] = []

    def examine(self, key: str, audio_track: int | None = None) -> Verdict:
        """The verdict on a good recording. ``audio_track`` (1 is the first) selects one of several audio tracks.

        Raises Unsupported (``unsupported-type``, ``unsupported-codec``), BadInput (``empty-file``, ``corrupt-media``,
        ``invalid-field``, ``too-long``, ``resource-limit``), and TimedOut.
        """
        fetcher = Fetcher(self._objects, key, self._objects.stat(key).size_bytes, self._check)
        form = recognise(fetcher)
        layout = self._layout(fetcher) if form.demuxer == "mov" else None
        local = self._bring(fetcher, form, layout)
        probed = self._ffmpeg.probe(Input(path=local.path, demuxer=form.demuxer), self._check)
        specimen = Specimen(form=form, local=local, fetcher=fetcher, probed=probed)
        stream, duration = self._decode(specimen, audio_track)
        audio = stream if stream.kind == "audio" else None
        return Verdict(
            demuxer=form.demuxer,
            duration_ms=round(duration * 1000),
            audio_stream=audio.index if audio else None,
            has_video=probed.video is not None,
            rendition=rendition_for(form, probed, audio, plain=_is_plain(specimen, layout)),
            warnings=tuple(self._warnings),
        )

    def _decode(self, specimen: Specimen, audio_track: int | None) -> tuple[Stream, float]:
        """The main stream (the sound, or the pictures if there is none), and the duration in seconds."""
        sounds = specimen.probed.sounds
        stream = tracks.first_choice(specimen.probed, audio_track) or specimen.probed.video
        if stream is None:
            raise BadInput("The file has neither sound nor video.", code="corrupt-media", hint=_HINT)
        duration = told_seconds(self._ffmpeg, specimen, tracks.taken(stream), self._check)
        self._refuse_too_long(duration)
        sampler = Sampler(self._ffmpeg, specimen, duration, self._check)
        decoded = sampler.decode(stream, listen=len(sounds) > 1)
        if len(sounds) > 1:
            if audio_track is None and decoded.silent:
                stream, decoded = tracks.loudest(specimen.probed, stream, decoded, sampler)
            self._warnings.append(f"audio-track {sounds.index(stream) + 1} of {len(sounds)}")
        video = specimen.probed.video
        if video and stream.kind == "audio" and decoded.empty and specimen.local.kind == "whole":
            self._warnings.append("no-sound")
            stream = tracks.taken(video)
            decoded = sampler.decode(stream, listen=False)
        return stream, self._judge(specimen, stream, decoded.samples, duration)

    def _layout(self, fetcher: Fetcher) -> Layout:
        layout = read_layout(fetcher.read, fetcher.size_bytes)
        percent = layout.present_percent
        if layout.index is None:
            cut = f"was probably cut off at {percent} %" if percent is not None else "probably broke off"
            detail = f"The index of this MP4 (moov) is missing; the upload {cut}."
            raise BadInput(detail, code="corrupt-media", hint="Upload the whole file again.")
        if percent is not None:
            self._warnings.append(f"cut-off {percent} %")
        return layout

    def _bring(self, fetcher: Fetcher, form: Format, layout: Layout | None) -> LocalCopy:
        path = self._folder / "sample"
        if fetcher.size_bytes <= WHOLE_BYTES:
            return fetcher.whole(path)
        if layout is None:
            return fetcher.windows(path, form)
        return fetcher.head(path) if layout.fragmented else fetcher.sparse(path, layout)

    def _refuse_too_long(self, seconds: float) -> None:
        if seconds > self._longest_seconds:
            raise too_long(seconds, self._longest_seconds)

    def _judge(self, specimen: Specimen, stream: Stream, samples: list[Sample], duration_seconds: float) -> float:
        """The duration in seconds, corrected if the header is wrong. Raises BadInput if samples are damaged."""
        if specimen.local.kind == "whole" and not all(sample.count.reached for sample in samples):
            measured = measured_seconds(self._ffmpeg, specimen, stream, self._check)
            if abs(measured - duration_seconds) > max(2.0, 0.1 * duration_seconds):
                self._warnings.append("duration-header-wrong")
                duration_seconds = measured
        packets = sum(sample.count.packets for sample in samples)
        frames = sum(sample.count.frames for sample in samples)
        if frames == 0 or frames < packets / 3:
            detail = f"{packets - frames} of {packets} sampled packets cannot be decoded: the file is damaged inside."
            raise BadInput(detail if packets else "The file has no media data.", code="corrupt-media", hint=_HINT)
        for sample in samples:
            if sample.damaged:
                end = sample.start_seconds + sample.length_seconds
                self._warnings.append(f"damaged-{stream.kind} {sample.start_seconds:.1f}-{end:.1f} s")
        return duration_seconds


def recognise(fetcher: Fetcher) -> Format:
    """The format of an object by its first bytes. Raises BadInput ``empty-file``, Unsupported ``unsupported-type``."""
    if fetcher.size_bytes == 0:
        raise BadInput("The file is empty.", code="empty-file", hint="Upload the recording itself.")
    form = sniff(fetcher.read(0, min(SNIFF_BYTES, fetcher.size_bytes)))
    if form is None:
        raise Unsupported(
            "The file's content is not a recording that Winnow knows, whatever its name says.",
            code="unsupported-type",
            hint="Upload MP4, MOV, MKV, WebM, AVI, MP3, M4A, WAV, FLAC or OGG.",
        )
    return form


def too_long(seconds: float, longest_seconds: float) -> BadInput:
    """The error for a recording over the limit."""
    return BadInput(
        f"The recording lasts {seconds / 60:.0f} minutes; at most {longest_seconds / 60:.0f} are accepted.",
        code="too-long",
        hint="Cut it into shorter recordings.",
    )


def _is_plain(specimen: Specimen, layout: Layout | None) -> bool:
    """Whether a player can seek without reading all before, and the file has nothing but what was probed."""
    if layout is not None:
        return not layout.fragmented and not layout.foreign
    if specimen.form is not WEBM:
        return True
    head = specimen.fetcher.read(0, min(SNIFF_BYTES, specimen.fetcher.size_bytes))
    return specimen.probed.duration_seconds is not None and _CUES in head


_CUES = b"\x1c\x53\xbb\x6b"
"""The identifier of Cues, Matroska's seek index (RFC 9559, 5.1.5), as the element itself or in a pointer to it."""
