"""The jobs that somebody watches now: only their live events are told."""

import threading
import time
from collections import OrderedDict

ANNOUNCED_EVERY_SECONDS = 20.0
"""How often whoever watches a job says so."""
_WATCHED_SECONDS = 60.0
_MOST = 10_000


class WatchedJobs:
    """Remembers each job for a minute after somebody said that it is watched. Safe for threads."""

    def __init__(self) -> None:
        self._until: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, job_id: str) -> None:
        """Somebody watches this job."""
        with self._lock:
            self._until[job_id] = time.monotonic() + _WATCHED_SECONDS
            self._until.move_to_end(job_id)
            while len(self._until) > _MOST:
                self._until.popitem(last=False)

    def __contains__(self, job_id: str) -> bool:
        """Whether somebody watches the job."""
        return self._until.get(job_id, 0.0) > time.monotonic()
