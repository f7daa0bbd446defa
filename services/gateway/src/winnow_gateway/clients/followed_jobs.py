"""Looks at the jobs that somebody follows: one look at index serves all who follow a job."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any

from winnow_base.background import thread_pool
from winnow_contracts.errors import Gone, WinnowError
from winnow_gateway.clients.live import LiveBoard
from winnow_gateway.clients.media_reads import IndexReads
from winnow_gateway.clients.views import FINAL

LEAST_SECONDS, MOST_SECONDS = 1.0, 8.0
"""Between two looks at a job: the first after a live event, growing to the second while none comes."""
GAP_SECONDS = 0.2
"""Live events may come faster, and are then looked at together."""
_LOOKS_AT_ONCE = 4
_SLOWER = 1.5


@dataclass(frozen=True, kw_only=True)
class Look:
    """A tenant's job as it was seen by a look that began ``at``, in seconds of the monotonic clock."""

    tenant_id: str
    view: dict[str, Any]
    at: float


class FollowedJob:
    """A job as the latest look saw it; ``number`` rises whenever that changes."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.number = 0
        self.followers = 0
        self.looking: asyncio.Task[None]
        self.touched = asyncio.Event()
        self._changed = asyncio.Event()

    async def after(self, number: int, seconds: float) -> None:
        """Returns once ``number`` is not the present one, or after so many seconds."""
        if self.number == number:
            await within(self._changed, seconds)

    def show(self, look: Look) -> None:
        """Lets all followers see a later look, if the job has changed since."""
        if look.at < self.look.at:
            return
        changed = look.view != self.look.view
        self.look = look
        if changed:
            self.tell()

    def tell(self) -> None:
        """Lets all followers look up."""
        self.number += 1
        self._changed.set()
        self._changed = asyncio.Event()


class FollowedJobs:
    """The followed jobs of this process, by the event loop in which they are followed.

    A live event has its job looked at; index is the source of truth. While it cannot be read, followers see the last
    view with what live events add.
    """

    def __init__(self, reads: IndexReads, board: LiveBoard) -> None:
        self._reads = reads
        self._board = board
        self._loops: dict[asyncio.AbstractEventLoop, dict[str, FollowedJob]] = {}
        self._threads = thread_pool("followed-jobs", "asks index for the jobs that somebody follows", _LOOKS_AT_ONCE)
        board.on_change(self._heard)

    def at(self, tenant_id: str, job_id: str) -> Look:
        """Looks at a job now. Raises NotFound and Unavailable."""
        at = time.monotonic()
        return Look(tenant_id=tenant_id, view=self._board.overlay(self._reads.job(tenant_id, job_id)), at=at)

    @asynccontextmanager
    async def following(self, look: Look) -> AsyncGenerator[FollowedJob, None]:
        """Has a job that its tenant has just looked at looked at again and again during the block."""
        loop, job_id = asyncio.get_running_loop(), look.view["id"]
        jobs = self._loops.setdefault(loop, {})
        job = jobs.get(job_id)
        if job is None:
            job = jobs[job_id] = FollowedJob(look)
            job.looking = asyncio.create_task(self._look_again(job))
        job.show(look)
        job.followers += 1
        try:
            yield job
        finally:
            job.followers -= 1
            if not job.followers:
                job.looking.cancel()
                del jobs[job_id]
                if not jobs:
                    del self._loops[loop]

    async def _look_again(self, job: FollowedJob) -> None:
        loop = asyncio.get_running_loop()
        pause_seconds = LEAST_SECONDS
        while job.look.view["status"] not in FINAL and not self._board.stopped:
            heard = await within(job.touched, pause_seconds)
            pause_seconds = LEAST_SECONDS if heard else min(pause_seconds * _SLOWER, MOST_SECONDS)
            job.touched.clear()
            job.show(await loop.run_in_executor(self._threads, self._later, job.look))
            await asyncio.sleep(GAP_SECONDS)

    def _later(self, look: Look) -> Look:
        try:
            return self.at(look.tenant_id, look.view["id"])
        except Gone:
            return replace(look, view={**look.view, "status": "cancelled"})  # deleted: nothing more is to be followed
        except WinnowError:
            return replace(look, view=self._board.overlay(look.view))

    def _heard(self, job_id: str | None) -> None:
        """Wakes the looking at a job, or all followers where the board has stopped; called in any thread."""
        for loop, jobs in tuple(self._loops.items()):
            for job in tuple(jobs.values()) if job_id is None else filter(None, [jobs.get(job_id)]):
                with suppress(RuntimeError):  # the loop has ended since
                    loop.call_soon_threadsafe(job.tell if job_id is None else job.touched.set)


async def within(event: asyncio.Event, seconds: float) -> bool:
    """Whether ``event`` is set, or is within so many seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()
