"""The clock that code gets as an argument, so that tests can replace it."""

import time
from typing import Protocol

from winnow_contracts.envelope import now_ms


class Clock(Protocol):
    """Gives the time and sleeps."""

    def now_ms(self) -> int:
        """Unix time in milliseconds."""

    def sleep(self, seconds: float) -> None:
        """Return after ``seconds``."""


class SystemClock:
    """The machine's clock."""

    def now_ms(self) -> int:
        """Unix time in milliseconds."""
        return now_ms()

    def sleep(self, seconds: float) -> None:
        """Return after ``seconds``."""
        time.sleep(seconds)
