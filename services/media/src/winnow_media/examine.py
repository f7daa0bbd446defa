"""The verdict on a fresh upload: what it is, and whether it can be decoded, from a few of its bytes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from winnow_chassis.objects import ObjectStore
from winnow_contracts.errors import BadInput, Unsupported
from winnow_contracts.formats import AAC, MP3, SNIFF_BYTES, WAV, Format, sniff
from winnow_media.boxes import Layout, read_layout
from winnow_media.command_lines import Input
from winnow_media.ffmpeg import Ffmpeg, Sample
from winnow_media.local_copies import WHOLE_BYTES, Fetcher, LocalCopy, Span, within_sample
from winnow_media.playback import rendition_for
from winnow_media.probing import Packet, Probed, Stream

SAMPLE_SECONDS = {"audio": 5.0, "video": 1.0}
"""Length of a sample. Pictures cost a hundred times what sound costs, and are sampled only where there is no sound."""

FIRST_BYTES = 24 << 20
"""What is fetched of a large file whose packets can not be listed: half a second of the highest rates."""

_HINT = "Export or record it again, and upload that."


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What ``PrepareRecording`` needs to know of a good recording."""

    demuxer: str
    duration_ms: int
    audio_stream: int | None
    has_video: bool
    rendition: str | None
    warnings: tuple[str, ...]


class Examiner:
    """Examines one object. ``check`` is asked often and raises when the task is to end."""

    def __init__(
        self, objects: ObjectStore, ffmpeg: Ffmpeg, folder: Path, longest_seconds: float, check: Callable[[], None]
    ) -> None:
        self._objects, self._ffmpeg, self._folder = objects, ffmpeg, folder
        self._longest_seconds, self._check = longest_seconds, check
        self._warnings: list[str] = []

    def examine(self, key: str) -> Verdict:
        """The verdict on a good recording.

        Raises Unsupported ``unsupported-type``, BadInput ``empty-file``, ``corrupt-media``, ``too-long``,
        ``resource-limit``, and TimedOut.
        """
        fetcher = Fetcher(self._objects, key, self._objects.stat(key).size_bytes, self._check)
        form = recognise(fetcher)
        layout = self._layout(fetcher) if form.demuxer == "mov" else None
        local = self._bring(fetcher, form, layout)
        source = Input(path=local.path, demuxer=form.demuxer)
        probed = self._ffmpeg.probe(source, self._check)
        stream = probed.audio or probed.video
        if stream is None:
            raise BadInput("The file has neither sound nor video.", code="corrupt-media", hint=_HINT)
        duration = self._duration(form, local, source, probed, stream)
        self._refuse_too_long(duration)
        duration = self._sample(fetcher, local, source, stream, duration)
        return Verdict(
            demuxer=form.demuxer,
            duration_ms=round(duration * 1000),
            audio_stream=probed.audio.index if probed.audio else None,
            has_video=probed.video is not None,
            rendition=rendition_for(form, probed),
            warnings=tuple(self._warnings),
        )

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

    def _duration(self, form: Format, local: LocalCopy, source: Input, probed: Probed, stream: Stream) -> float:
        """Seconds, by the header where it can be believed; preparing measures them in any case."""
        if local.kind == "windows" and form in (MP3, AAC, WAV) and stream.bits_per_second:
            return local.object_bytes * 8 / stream.bits_per_second
        if local.kind == "head":  # the header of a fragmented file knows nothing of what was recorded later
            read = self._ffmpeg.measure(source, stream.index, self._check)
            return max(read * local.object_bytes / local.local_bytes, probed.duration_seconds or 0)
        if probed.duration_seconds:
            return probed.duration_seconds
        return max(0.0, self._ffmpeg.measure(source, stream.index, self._check) - probed.start_seconds)

    def _refuse_too_long(self, seconds: float) -> None:
        if seconds > self._longest_seconds:
            raise too_long(seconds, self._longest_seconds)

    def _sample(
        self, fetcher: Fetcher, local: LocalCopy, source: Input, stream: Stream, duration_seconds: float
    ) -> float:
        """Decode samples; the duration, corrected where the header was found to lie. Raises BadInput on damage."""
        samples = self._decode(fetcher, local, source, stream, duration_seconds)
        if local.kind == "whole" and not all(sample.count.reached for sample in samples):
            measured = self._ffmpeg.measure(source, stream.index, self._check)
            if abs(measured - duration_seconds) > max(2.0, 0.1 * duration_seconds):
                self._warnings.append("duration-header-wrong")
                duration_seconds = measured
        packets = sum(sample.count.packets for sample in samples)
        frames = sum(sample.count.frames for sample in samples)
        if frames == 0 or frames < packets / 3:
            detail = f"{packets - frames} of {packets} sampled packets can not be decoded: the file is damaged inside."
            raise BadInput(detail if packets else "The file has no media data.", code="corrupt-media", hint=_HINT)
        for sample in samples:
            if sample.damaged:
                end = sample.start_seconds + sample.length_seconds
                self._warnings.append(f"damaged-{stream.kind} {sample.start_seconds:.1f}-{end:.1f} s")
        return duration_seconds

    def _decode(
        self, fetcher: Fetcher, local: LocalCopy, source: Input, stream: Stream, duration_seconds: float
    ) -> list[Sample]:
        places = sample_places(duration_seconds, SAMPLE_SECONDS[stream.kind])
        match local.kind:
            case "whole":
                return self._ffmpeg.decode(source, stream.index, places, self._check)
            case "sparse":
                return self._decode_sparse(fetcher, source, stream, tuple(start for start, _ in places))
            case _:  # times jump inside: all that is there is decoded
                return self._ffmpeg.decode(source, stream.index, ((0.0, duration_seconds + 3600),), self._check)

    def _decode_sparse(
        self, fetcher: Fetcher, source: Input, stream: Stream, starts_seconds: tuple[float, ...]
    ) -> list[Sample]:
        """Fetch the bytes that the sampled packets lie in, and decode just these packets."""
        places: list[tuple[float, int]] = []
        ends: list[float] = []
        for start, group in zip(starts_seconds, self._packets(source, stream, starts_seconds), strict=False):
            spans = [Span(packet.position, packet.position + packet.size_bytes) for packet in group]
            kept = within_sample(spans)
            fetcher.fill(source.path, kept)
            places.append((start, len(kept)))
            ends.append(group[len(kept) - 1].at_seconds)
        if not places:  # ffprobe lists nothing where a stream beside ours has a decoder that is not allowed
            fetcher.fill(source.path, [Span(0, FIRST_BYTES)])
            return self._ffmpeg.decode(source, stream.index, ((0.0, 0.4),), self._check)
        counts = self._ffmpeg.decode_packets(source, stream.index, tuple(places), self._check)
        return [
            Sample(start_seconds=start, length_seconds=end - start, count=count)
            for (start, _), end, count in zip(places, ends, counts, strict=True)
        ]

    def _packets(self, source: Input, stream: Stream, starts_seconds: tuple[float, ...]) -> list[list[Packet]]:
        return grouped(self._ffmpeg.packets(source, stream.index, starts_seconds, self._check))


def recognise(fetcher: Fetcher) -> Format:
    """The format of an object by its first bytes. Raises ``empty-file`` and ``unsupported-type``."""
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
    """The refusal of a recording over the limit."""
    return BadInput(
        f"The recording lasts {seconds / 60:.0f} minutes; at most {longest_seconds / 60:.0f} are accepted.",
        code="too-long",
        hint="Cut it into shorter recordings.",
    )


def sample_places(duration_seconds: float, length_seconds: float) -> tuple[tuple[float, float], ...]:
    """Start and length in seconds of the first, middle and last samples; one place for short recordings."""
    if duration_seconds <= 4 * length_seconds:
        return ((0.0, 4 * length_seconds),)
    starts = (0.0, (duration_seconds - length_seconds) / 2, duration_seconds - length_seconds)
    return tuple((start, length_seconds) for start in starts)


def grouped(packets: list[Packet]) -> list[list[Packet]]:
    """Packets of several places, cut where the time jumps."""
    groups: list[list[Packet]] = []
    for packet in packets:
        if not groups or not 0 <= packet.at_seconds - groups[-1][-1].at_seconds < 2:
            groups.append([])
        groups[-1].append(packet)
    return groups
