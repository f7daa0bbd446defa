"""A recording's duration in seconds: the header's where it can be trusted, else a measured one."""

from collections.abc import Callable

from winnow_contracts.formats import AAC, MP3, WAV
from winnow_media.command_lines import TIMED_BY_STREAMS_READ
from winnow_media.ffmpeg import Ffmpeg
from winnow_media.probing import Stream
from winnow_media.specimen import Specimen

_COUNTED_FROM_ZERO = frozenset(("mov", "matroska"))
"""Demuxers whose header counts the duration from time zero, not from the first packet."""

_UNCOUNTED_SECONDS = 0.5
"""How much a measured duration may be too short, because it lacks the last packet's own length."""


def told_seconds(ffmpeg: Ffmpeg, specimen: Specimen, stream: Stream, check: Callable[[], None]) -> float:
    """The duration in seconds for a verdict. Preparing measures it in any case."""
    local, probed = specimen.local, specimen.probed
    told = probed.duration_seconds or 0.0
    if local.kind == "windows" and specimen.form in (MP3, AAC, WAV) and stream.bits_per_second:
        return local.object_bytes * 8 / stream.bits_per_second
    if local.kind == "head":  # a fragmented file's header does not cover what was recorded after it
        read = ffmpeg.measure(specimen.source, stream.index, check)
        return max(read * local.object_bytes / local.local_bytes, told)
    if specimen.form.demuxer in TIMED_BY_STREAMS_READ and local.kind == "whole":
        played = ffmpeg.timeline(specimen.source, check)  # times may jump; playing closes the holes
        return played if abs(played - told) > _UNCOUNTED_SECONDS else told
    if told:
        return max(0.0, told - (probed.start_seconds if specimen.form.demuxer in _COUNTED_FROM_ZERO else 0.0))
    return measured_seconds(ffmpeg, specimen, stream, check)


def measured_seconds(ffmpeg: Ffmpeg, specimen: Specimen, stream: Stream, check: Callable[[], None]) -> float:
    """The duration in seconds, measured by reading all packets of the local copy."""
    if specimen.form.demuxer in TIMED_BY_STREAMS_READ:
        return ffmpeg.timeline(specimen.source, check)
    return max(0.0, ffmpeg.measure(specimen.source, stream.index, check) - specimen.probed.start_seconds)
