"""The jobs, and the tenants, that somebody watches now: only their live events are told."""

import threading
import time
from collections import OrderedDict

ANNOUNCED_EVERY_SECONDS = 20.0
"""How often whoever watches a job says so."""
_WATCHED_SECONDS = 60.0
_MOST = 10_000


class WatchedJobs:
    """Remembers each job or tenant for a minute after somebody said that it is watched. Safe for threads."""

    def __init__(self) -> None:
        self._until: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, name: str) -> None:
        """Somebody watches this job, or all of this tenant."""
        with self._lock:
            self._until[name] = time.monotonic() + _WATCHED_SECONDS
            self._until.move_to_end(name)
            while len(self._until) > _MOST:
                self._until.popitem(last=False)

    def __contains__(self, name: str) -> bool:
        """Whether somebody watches the job or tenant."""
        return self._until.get(name, 0.0) > time.monotonic()
