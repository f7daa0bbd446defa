"""Finds the outermost boxes of an MP4 or MOV file by reading a few bytes of each (ISO/IEC 14496-12, 4.2)."""

from collections.abc import Callable
from dataclasses import dataclass

MOST_BOXES = 64
"""Enough for any file except a fragmented one, whose fragments need no listing."""

_STANDARD = frozenset(
    (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pdin", b"sidx", b"styp", b"moof", b"mfra")
)


@dataclass(frozen=True, kw_only=True)
class Box:
    """One box: its kind, its start and declared size in bytes, and whether its header declares a size."""

    kind: bytes
    start: int
    size_bytes: int
    stated: bool

    @property
    def end(self) -> int:
        """The declared end of the box, in bytes from the file's start."""
        return self.start + self.size_bytes


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How an MP4 of ``size_bytes`` is laid out."""

    size_bytes: int
    boxes: tuple[Box, ...]

    def find(self, kind: bytes) -> Box | None:
        """The first box of a kind, or None."""
        return next((box for box in self.boxes if box.kind == kind), None)

    @property
    def index(self) -> Box | None:
        """The box with the index (moov) if the file has all of it, else None."""
        found = self.find(b"moov")
        return found if found and found.end <= self.size_bytes else None

    @property
    def fragmented(self) -> bool:
        """Whether the media is in fragments, each with its own index."""
        return self.find(b"moof") is not None

    @property
    def foreign(self) -> bool:
        """Whether it has boxes with neither media nor index. Makers store anything there, also locations."""
        return any(box.kind not in _STANDARD for box in self.boxes)

    @property
    def present_percent(self) -> int | None:
        """The percentage of the file that is present, by its boxes' declared sizes; None if nothing seems missing."""
        last = self.boxes[-1] if self.boxes else None
        if last is None or not last.stated or last.end <= self.size_bytes:
            return None
        return self.size_bytes * 100 // last.end


def read_layout(read: Callable[[int, int], bytes], size_bytes: int) -> Layout:
    """The layout of the file that ``read(start, length)`` reads. Stops at the first bytes that are not a box."""
    boxes: list[Box] = []
    start = 0
    while start + 8 <= size_bytes and len(boxes) < MOST_BOXES:
        box = _read_box(read(start, 16), start, size_bytes)
        if box is None:
            break
        boxes.append(box)
        start = box.end
    return Layout(size_bytes=size_bytes, boxes=tuple(boxes))


def _read_box(header: bytes, start: int, file_bytes: int) -> Box | None:
    size, kind = int.from_bytes(header[:4], "big"), header[4:8]
    if not all(32 <= byte < 127 or byte == 0xA9 for byte in kind):
        return None
    if size == 0:  # the box reaches to the end of the file
        return Box(kind=kind, start=start, size_bytes=file_bytes - start, stated=False)
    if size == 1 and len(header) == 16:
        size = int.from_bytes(header[8:], "big")
    return Box(kind=kind, start=start, size_bytes=size, stated=True) if size >= 8 else None
