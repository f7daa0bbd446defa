"""Shows how far a backup is: one line that changes on a terminal, elsewhere a line for each of its parts."""

import sys
import time
from typing import TextIO

from winnow_cli.text_times import about, size

_CLEAR = "\r\x1b[K"
_BETWEEN_SECONDS = 0.1


class BackupProgress:
    """Tells on ``out`` (stderr) what is done now; of objects how much, and how long yet by the speed so far."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._what = ""
        self._began = self._shown = 0.0
        self._size_bytes = self._moved_bytes = 0

    def begin(self, what: str, size_bytes: int = 0) -> None:
        """The next part begins, of so many bytes if they are known."""
        self._what, self._size_bytes, self._moved_bytes = what, size_bytes, 0
        self._began, self._shown = time.monotonic(), 0.0
        self._show()

    def moved(self, size_bytes: int) -> None:
        """So many more bytes are dealt with."""
        self._moved_bytes += size_bytes
        self._show()

    def end(self, line: str) -> None:
        """The part has ended like this."""
        spent = time.monotonic() - self._began
        clear = _CLEAR if self._out.isatty() else ""
        self._out.write(f"{clear}{self._what}: {line} ({spent:.1f} s)\n")
        self._out.flush()

    def _show(self) -> None:
        now = time.monotonic()
        if self._out.isatty() and now - self._shown > _BETWEEN_SECONDS:
            self._shown = now
            self._out.write(f"{_CLEAR}{self._what} ... {self._so_far(now - self._began)}")
            self._out.flush()

    def _so_far(self, seconds: float) -> str:
        left_bytes = self._size_bytes - self._moved_bytes
        if not self._size_bytes:
            return ""
        eta = (
            f"  {about(left_bytes * seconds / self._moved_bytes)} left" if self._moved_bytes and left_bytes > 0 else ""
        )
        return f"{size(self._moved_bytes)} of {size(self._size_bytes)}{eta}"
