"""When a request is sent again, and how long is waited before."""

import random
from dataclasses import dataclass

from winnow_client.errors import RateLimited, Temporary, TimedOut, Unavailable, WinnowError

_IN_PROGRESS = "idempotency-in-progress"


@dataclass(frozen=True, kw_only=True)
class Retries:
    """Sends again what was not answered, and what was answered with 408, 429 or 503.

    Only requests that may be sent twice: reads, and those with an Idempotency-Key. ``most`` is how often, at most;
    a wait is what the gateway asks for plus a random part of ``first_seconds``, which doubles each time. Where a wait
    above ``longest_seconds`` is asked for, the error is raised at once.
    """

    most: int = 4
    first_seconds: float = 0.5
    longest_seconds: float = 60.0

    def wait_seconds(self, error: WinnowError, retry: int) -> float | None:
        """How long to wait before the request is sent again, for the ``retry``-th time from 0 on; None: not at all."""
        if retry >= self.most or not _passes(error):
            return None
        asked = error.retry_after_seconds if isinstance(error, Temporary) else 0.0
        if asked > self.longest_seconds:
            return None
        return min(asked + random.uniform(0, self.first_seconds * 2**retry), self.longest_seconds)  # noqa: S311


NO_RETRIES = Retries(most=0)
"""Every error is raised at once, but for those of an upload in parts that is begun."""


def _passes(error: WinnowError) -> bool:
    """Whether the same request may be answered in a moment."""
    if isinstance(error, Unavailable):
        return error.status in (None, 503)
    # The gateway still reads the request that was cut off.
    return isinstance(error, (RateLimited, TimedOut)) or error.code == _IN_PROGRESS
