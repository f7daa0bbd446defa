"""Shows how many of many photos are answered."""

import sys
from typing import TextIO

_LINES = 10


class PhotoProgress:
    """Counts in one line on a terminal; elsewhere prints a line for each tenth."""

    def __init__(self, of: int, out: TextIO | None = None) -> None:
        self._of = of
        self._out = out or sys.stderr
        self._done = 0

    def step(self) -> None:
        """Counts one more answer."""
        self._done += 1
        if self._out.isatty():
            self._out.write(f"\r{self._done} of {self._of}{'' if self._done < self._of else chr(10)}")
        elif self._done * _LINES // self._of > (self._done - 1) * _LINES // self._of:
            self._out.write(f"{self._done} of {self._of}\n")
        self._out.flush()
