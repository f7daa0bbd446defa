"""Finds audio frames without a container: MPEG audio (ISO/IEC 11172-3, 2.4.1) and ADTS (ISO/IEC 13818-7, 6.2)."""

from collections.abc import Callable
from dataclasses import dataclass

SURE_FRAMES = 4
"""This many matching frames in a row cannot be chance, wherever they begin."""

_KBPS = {
    (3, 3): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448, 0),
    (3, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 0),
    (3, 1): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
    (2, 3): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256, 0),
    (2, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
}
"""Bit rates in kilobits a second, by version (3 is MPEG 1, the lower ones are 2 and 2.5) and layer (3 is I, 1 is
III)."""

_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}


@dataclass(frozen=True)
class Frame:
    """A frame's length in bytes, and the values that all frames of its stream share."""

    size_bytes: int
    stream: tuple[int, ...]


def mpeg_frame(head: bytes, at: int) -> Frame | None:
    """The MPEG audio frame (layer I, II or III) at offset ``at``, or None."""
    if len(head) < at + 4 or head[at] != 0xFF or head[at + 1] & 0xE0 != 0xE0:
        return None
    version, layer = head[at + 1] >> 3 & 3, head[at + 1] >> 1 & 3
    rate, padding = head[at + 2] >> 2 & 3, head[at + 2] >> 1 & 1
    if version == 1 or layer == 0 or rate == 3:
        return None
    bits = _KBPS[(3, layer) if version == 3 else (2, max(layer, 2))][head[at + 2] >> 4] * 1000
    if bits == 0:
        return None
    hertz = _RATES[version][rate]
    if layer == 3:
        size = (12 * bits // hertz + padding) * 4
    else:
        size = (144 if version == 3 or layer == 2 else 72) * bits // hertz + padding
    return Frame(size, (version, layer, rate))


def adts_frame(head: bytes, at: int) -> Frame | None:
    """The AAC frame with an ADTS header at offset ``at``, or None."""
    if len(head) < at + 7 or head[at] != 0xFF or head[at + 1] & 0xF6 != 0xF0:
        return None
    size = (head[at + 3] & 3) << 11 | head[at + 4] << 3 | head[at + 5] >> 5
    return Frame(size, (head[at + 2] & 0xFD,)) if size > 7 else None


FrameAt = Callable[[bytes, int], Frame | None]


def run_length(head: bytes, at: int, frame_at: FrameAt) -> int:
    """The number of frames of one stream that follow one another from ``at``, counted up to ``SURE_FRAMES``."""
    first, count = frame_at(head, at), 0
    frame = first
    while first and frame and frame.stream == first.stream and count < SURE_FRAMES:
        count, at = count + 1, at + frame.size_bytes
        frame = frame_at(head, at)
    return count


def first_run(head: bytes, frame_at: FrameAt) -> int | None:
    """The offset of the first ``SURE_FRAMES`` frames of one stream anywhere in ``head``, or None."""
    at = head.find(b"\xff")
    while at >= 0 and run_length(head, at, frame_at) < SURE_FRAMES:
        at = head.find(b"\xff", at + 1)
    return at if at >= 0 else None
