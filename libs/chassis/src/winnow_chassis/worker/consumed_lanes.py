"""Since when a node takes from each of its lanes. What waits in a lane that nobody takes from does not age."""

import threading
import time
from collections.abc import Callable, Iterable


class ConsumedLanes:
    """For how long each lane has been taken from without a break. Safe for threads.

    ``may_consume`` says whether a lane may be taken from now; ``look`` asks it, and is to be called after each change.
    ``clock`` tells monotonic seconds: no step of the wall clock counts.
    """

    def __init__(
        self, lanes: Iterable[str], may_consume: Callable[[str], bool], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._lanes = tuple(lanes)
        self._may_consume = may_consume
        self._clock = clock
        self._lock = threading.Lock()
        self._since: dict[str, float] = {}

    def look(self) -> None:
        """Note which lanes have been opened or closed."""
        with self._lock:
            for lane in self._lanes:
                if not self._may_consume(lane):
                    self._since.pop(lane, None)
                else:
                    self._since.setdefault(lane, self._clock())

    def seconds(self, lane: str) -> float:
        """How long the lane has been taken from, 0 if it is not."""
        with self._lock:
            since = self._since.get(lane)
            return 0.0 if since is None else self._clock() - since
