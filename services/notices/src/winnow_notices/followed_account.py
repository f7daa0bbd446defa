"""What happened lately with one account's jobs, for all who follow it in an event loop."""

import asyncio
import itertools
from collections import deque
from typing import Any

from winnow_contracts.events import EventKind, TaskEvent
from winnow_contracts.index_api.job_changes import JobChanges
from winnow_gateway.clients.followed_jobs import within
from winnow_notices.live_changes import LiveChanges, job_event, status_event

_KEPT = 1_000
"""So many events wait for followers that are slow; who is slower reads them from index."""


class FollowedAccount:
    """The events of one account's jobs. ``number`` counts them; index has told those up to ``position``."""

    def __init__(self, tenant_id: str, position: str) -> None:
        self.tenant_id = tenant_id
        self.position = position
        self.number = 0
        self.followers = 0
        self.reading: asyncio.Task[None]
        self.touched = asyncio.Event()
        self._live = LiveChanges()
        self._recent: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._changed = asyncio.Event()

    def since(self, number: int) -> list[dict[str, Any]] | None:
        """What was told after the first ``number`` events, or None if some of it is not kept here; -1 never is."""
        wanted = self.number - number
        if wanted > len(self._recent):
            return None
        return list(itertools.islice(self._recent, len(self._recent) - wanted, None))

    async def after(self, number: int, seconds: float) -> None:
        """Returns once there is more, or after so many seconds."""
        if self.number == number:
            await within(self._changed, seconds)

    def show(self, page: JobChanges) -> None:
        """Tells all followers what index has told."""
        for change in page.items:
            self._live.ended(change)
        reset = [job_event("reset", id=page.position)] if page.reset else []
        self._recent.extend([*reset, *map(status_event, page.items)])
        self.number += len(page.items) + len(reset)
        self.position = page.position
        self.wake()

    def heard(self, event: TaskEvent) -> None:
        """Tells all followers of a live event. What it may have changed of the job's status is soon read."""
        if event.kind is not EventKind.PROGRESS:
            self.touched.set()
        told = self._live.heard(event)
        if told is not None:
            self._recent.append(told)
            self.number += 1
            self.wake()

    def wake(self) -> None:
        """Lets all followers look up."""
        self._changed.set()
        self._changed = asyncio.Event()
