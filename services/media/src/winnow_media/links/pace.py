"""How long the server of a link is waited for."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from winnow_contracts.errors import TimedOut


@dataclass(frozen=True, kw_only=True)
class Patience:
    """Until when a server is waited for. What its answer is stored for meanwhile does not count."""

    head_seconds: float = 30
    """Until its answer begins, over all redirects."""
    stall_seconds: float = 30
    """Without a byte."""
    window_seconds: float = 30
    """Of so much waiting each, less than ``least_bytes_per_second`` is too slow."""
    least_bytes_per_second: int = 1024


class Pace:
    """Measures one answer. ``came`` raises TimedOut once it is too slow."""

    def __init__(self, patience: Patience, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience, self._clock = patience, clock
        self._waited_seconds = 0.0
        self._bytes = 0
        self._since = 0.0

    def wait(self) -> None:
        """Waiting begins."""
        self._since = self._clock()

    def came(self, size_bytes: int) -> None:
        """So many bytes came."""
        self._waited_seconds += self._clock() - self._since
        self._bytes += size_bytes
        if self._waited_seconds < self._patience.window_seconds:
            return
        if self._bytes < self._waited_seconds * self._patience.least_bytes_per_second:
            raise too_slow(f"sent {self._bytes} bytes in {self._waited_seconds:.0f} seconds")
        self._waited_seconds, self._bytes = 0.0, 0


def too_slow(what: str) -> TimedOut:
    """The error for a server that ``what``."""
    return TimedOut(f"The server of the link {what}.", code="source-unavailable", hint="It is tried again.")
