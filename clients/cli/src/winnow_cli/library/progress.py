"""Shows how far a library has been copied: one line that changes on a terminal, elsewhere a line for each media."""

import sys
import time
from typing import TextIO

from winnow_cli.text_times import about, size

_CLEAR = "\r\x1b[K"


class LibraryProgress:
    """Counts media and bytes out of ``count`` and ``size_bytes``, and tells how long yet, by the speed so far."""

    def __init__(self, count: int, size_bytes: int, out: TextIO | None = None) -> None:
        self._count = count
        self._size_bytes = size_bytes
        self._out = out or sys.stderr
        self._began = time.monotonic()
        self._ended = 0
        self._ended_bytes = 0
        self._kept_bytes = 0

    def moving(self, moved_bytes: int, size_bytes: int) -> None:
        """Shows how much of the present media was moved."""
        if self._out.isatty():
            self._out.write(f"{_CLEAR}{self._line(moved_bytes)}")
            self._out.flush()

    def ended(self, line: str, size_bytes: int, *, moved: bool) -> None:
        """Counts a media and shows what became of it; ``moved``: its bytes took time."""
        self._ended += 1
        self._ended_bytes += size_bytes
        self._kept_bytes += 0 if moved else size_bytes
        if self._out.isatty():
            self._out.write(f"{_CLEAR}{line}\n{self._line(0)}{chr(10) if self._ended == self._count else ''}")
        else:
            self._out.write(f"{self._ended} of {self._count}  {line}\n")
        self._out.flush()

    def _line(self, moved_bytes: int) -> str:
        done = self._ended_bytes + moved_bytes
        seconds, moved = time.monotonic() - self._began, done - self._kept_bytes
        left = max(0, self._size_bytes - done)
        eta = f"  {about(left * seconds / moved)} left" if moved > 0 and left else ""
        return f"{self._ended} of {self._count}  {size(done)} of {size(max(self._size_bytes, done))}{eta}"
