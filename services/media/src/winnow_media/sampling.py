"""Decodes samples of a recording's streams; a verdict needs no more."""

from collections.abc import Callable

from winnow_media.ffmpeg import Decoded, Ffmpeg, Sample
from winnow_media.local_copies import Span, within_sample
from winnow_media.probing import Packet, Stream
from winnow_media.specimen import Specimen

SAMPLE_SECONDS = {"audio": 5.0, "video": 1.0}
"""Length of a sample. Pictures cost a hundred times as much as sound and are sampled only if there is no sound."""

FIRST_BYTES = 24 << 20
"""How much to fetch of a large file whose packets cannot be listed: half a second at the highest rates."""

PLACES_HEARD = 12
"""Number of samples per track when looking for sound, because a speaker may be silent for minutes."""


class Sampler:
    """Decodes samples of one recording, whose ``duration_seconds`` may be inexact. ``check`` may end the work."""

    def __init__(self, ffmpeg: Ffmpeg, specimen: Specimen, duration_seconds: float, check: Callable[[], None]) -> None:
        self._ffmpeg, self._specimen, self._check = ffmpeg, specimen, check
        self._duration_seconds = duration_seconds

    def decode(self, stream: Stream, *, listen: bool) -> Decoded:
        """Decode samples of a stream. ``listen`` takes more of them, to find out whether it has sound."""
        length, source = SAMPLE_SECONDS[stream.kind], self._specimen.source
        match self._specimen.local.kind:
            case "whole":
                places = sample_places(self._duration_seconds, length, PLACES_HEARD if listen else 3)
                found = self._ffmpeg.decode(source, stream.index, places, self._check)
                return self._everything(stream) if found.empty else found  # all its packets may lie between the samples
            case "sparse":
                places = sample_places(self._duration_seconds, length)
                samples = self._decode_sparse(stream, tuple(start for start, _ in places))
                if not listen:
                    return Decoded(samples=samples, peak_decibels=None)
                fetched = tuple((sample.start_seconds, max(sample.length_seconds, 0.1)) for sample in samples)
                heard = self._ffmpeg.decode(source, stream.index, fetched, self._check)
                return Decoded(samples=samples, peak_decibels=heard.peak_decibels)
            case _:  # times jump inside
                return self._everything(stream)

    def _everything(self, stream: Stream) -> Decoded:
        places = ((0.0, self._duration_seconds + 3600),)
        return self._ffmpeg.decode(self._specimen.source, stream.index, places, self._check)

    def _decode_sparse(self, stream: Stream, starts_seconds: tuple[float, ...]) -> list[Sample]:
        """Fetch the bytes of the sampled packets, and decode only these packets."""
        source, fetcher = self._specimen.source, self._specimen.fetcher
        places: list[tuple[float, int]] = []
        ends: list[float] = []
        for start, group in zip(starts_seconds, self._packets(stream, starts_seconds), strict=False):
            spans = [Span(packet.position, packet.position + packet.size_bytes) for packet in group]
            kept = within_sample(spans)
            fetcher.fill(source.path, kept)
            places.append((start, len(kept)))
            ends.append(group[len(kept) - 1].at_seconds)
        if not places:  # ffprobe lists nothing where a stream beside ours has a decoder that is not allowed
            fetcher.fill(source.path, [Span(0, FIRST_BYTES)])
            return self._ffmpeg.decode(source, stream.index, ((0.0, 0.4),), self._check).samples
        counts = self._ffmpeg.decode_packets(source, stream.index, tuple(places), self._check)
        return [
            Sample(start_seconds=start, length_seconds=end - start, count=count)
            for (start, _), end, count in zip(places, ends, counts, strict=True)
        ]

    def _packets(self, stream: Stream, starts_seconds: tuple[float, ...]) -> list[list[Packet]]:
        return grouped(self._ffmpeg.packets(self._specimen.source, stream.index, starts_seconds, self._check))


def sample_places(duration_seconds: float, length_seconds: float, count: int = 3) -> tuple[tuple[float, float], ...]:
    """Start and length in seconds of ``count`` samples, spread over the recording; one for a short recording."""
    if duration_seconds <= (count + 1) * length_seconds:
        return ((0.0, (count + 1) * length_seconds),)
    step = (duration_seconds - length_seconds) / (count - 1)
    return tuple((number * step, length_seconds) for number in range(count))


def grouped(packets: list[Packet]) -> list[list[Packet]]:
    """Packets grouped by sample: a new group begins where the time jumps."""
    groups: list[list[Packet]] = []
    for packet in packets:
        if not groups or not 0 <= packet.at_seconds - groups[-1][-1].at_seconds < 2:
            groups.append([])
        groups[-1].append(packet)
    return groups
