"""Which lanes are closed: each that refused a message is left alone for a while, longer each time."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

_FIRST_SECONDS, _LONGEST_SECONDS = 1.0, 30.0


@dataclass(frozen=True, slots=True)
class _Closed:
    until_seconds: float
    pause_seconds: float


class ClosedLanes:
    """The lanes that take nothing now, as far as this process was told. Safe for threads.

    A lane is closed by its first refusal, for about a second, and for twice as long each time that it refuses again, up
    to half a minute. What it takes in between makes the next refusal a first one. ``clock`` tells monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._closed: dict[str, _Closed] = {}

    def now(self) -> frozenset[str]:
        """The lanes that are closed."""
        with self._lock:
            now = self._clock()
            return frozenset(lane for lane, closed in self._closed.items() if now < closed.until_seconds)

    def left_seconds(self, lane: str) -> float:
        """How long the lane is still left alone, 0 if it is open."""
        with self._lock:
            closed = self._closed.get(lane)
            return max(0.0, closed.until_seconds - self._clock()) if closed else 0.0

    def refused(self, lane: str) -> bool:
        """The lane refused a message. Returns whether that closed it: a closed lane is closed no longer by it."""
        with self._lock:
            now, closed = self._clock(), self._closed.get(lane)
            if closed and now < closed.until_seconds:
                return False
            pause_seconds = min(closed.pause_seconds * 2, _LONGEST_SECONDS) if closed else _FIRST_SECONDS
            # Nodes must not all come back at the same moment.
            jitter = random.uniform(0.5, 1.0)  # noqa: S311 - jitter is no secret
            self._closed[lane] = _Closed(now + pause_seconds * jitter, pause_seconds)
            return True

    def held(self, lane: str) -> None:
        """The lane took a message. One that is closed stays closed: the message was on its way before."""
        with self._lock:
            closed = self._closed.get(lane)
            if closed and closed.until_seconds <= self._clock():
                del self._closed[lane]
