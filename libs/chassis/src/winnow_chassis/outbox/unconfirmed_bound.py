"""How many commands wait for the broker, for those who ask at every request."""

import threading
import time
from collections.abc import Callable

_FRESH_SECONDS = 0.1


class UnconfirmedBound:
    """Says whether ``most`` commands wait for the broker. Safe for threads.

    ``count`` reads the number from the journal. It is asked at most ten times a second while there is room; meanwhile
    what this process wrote is added, and what was confirmed is not taken off, so that it errs towards asking again.
    """

    def __init__(self, count: Callable[[], int], most: int) -> None:
        self._count = count
        self._most = most
        self._lock = threading.Lock()
        self._waiting = 0
        self._counted_at = float("-inf")

    def written(self, commands: int) -> None:
        """Count commands that were just written."""
        with self._lock:
            self._waiting += commands

    def excess(self) -> int | None:
        """The number of commands that wait if there is no room for more, else None. Raises JournalUnusable."""
        with self._lock:
            if self._waiting >= self._most or time.monotonic() - self._counted_at > _FRESH_SECONDS:
                self._waiting = self._count()
                self._counted_at = time.monotonic()
            return self._waiting if self._waiting >= self._most else None
