"""Streams for tests: generated while they are read, and broken where a test wants it."""

from typing import Any, BinaryIO, cast

PATTERN = bytes(range(251)) * 400


class MadeStream:
    """A stream of ``size_bytes``, generated while it is read, in irregular pieces. It may fail at a given byte."""

    def __init__(self, size_bytes: int, breaks_at: int | None = None) -> None:
        self.left = size_bytes
        self.given = 0
        self.breaks_at = breaks_at

    def read(self, size: int = -1) -> bytes:
        if self.breaks_at is not None and self.given >= self.breaks_at:
            raise RuntimeError("the source broke")
        count = min(size if size >= 0 else self.left, self.left, 99_991)
        start = self.given % 251
        piece = PATTERN[start : start + count]
        self.left -= count
        self.given += count
        return piece


def stream(source: Any) -> BinaryIO:
    return cast(BinaryIO, source)
