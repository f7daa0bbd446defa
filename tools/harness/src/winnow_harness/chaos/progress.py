"""Shows a run's progress in one line: redrawn on a terminal, printed now and then elsewhere."""

import sys
import time
from typing import TextIO

_ON_TERMINAL_SECONDS, _ELSEWHERE_SECONDS = 0.25, 15.0


class RunProgress:
    """Shows the latest line, at a limited rate."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._began = time.monotonic()
        self._due = 0.0

    def __call__(self, line: str) -> None:
        """Shows a line if it is time."""
        now = time.monotonic()
        if now < self._due:
            return
        shown = f"{now - self._began:6.0f} s  {line}"
        if self._out.isatty():
            self._due = now + _ON_TERMINAL_SECONDS
            self._out.write(f"\r\x1b[K{shown}")
        else:
            self._due = now + _ELSEWHERE_SECONDS
            self._out.write(f"{shown}\n")
        self._out.flush()

    def end(self) -> None:
        """Ends the line."""
        if self._out.isatty():
            self._out.write("\n")
            self._out.flush()
