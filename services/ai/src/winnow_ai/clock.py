"""The time, as an argument."""

import time
from typing import Protocol

from winnow_contracts.envelope import now_ms


class Clock(Protocol):
    """Tells the time and lets some pass."""

    def now_ms(self) -> int:
        """Unix time in milliseconds."""

    def sleep(self, seconds: float) -> None:
        """Return after so long."""


class SystemClock:
    """This machine's clock."""

    def now_ms(self) -> int:
        """Unix time in milliseconds."""
        return now_ms()

    def sleep(self, seconds: float) -> None:
        """Return after so long."""
        time.sleep(seconds)
