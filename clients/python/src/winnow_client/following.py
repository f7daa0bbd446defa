"""Waits for a job's end: by server-sent events, and by asking now and then where those do not come through."""

import json
import time
from collections.abc import Callable

from winnow_client.calls import call
from winnow_client.errors import RateLimited, TimedOut, Unavailable, UnexpectedAnswer, WinnowError
from winnow_client.flows import Event, Flow, NextEvent, OpenEvents, Pause, sending
from winnow_client.generated import operations
from winnow_client.generated.models import Job
from winnow_client.reading import read
from winnow_client.retries import NO_RETRIES

FINAL = frozenset(("done", "failed", "cancelled"))
DAY_SECONDS = 86_400.0
SILENCE_SECONDS = 45.0
"""The gateway says something every 15 seconds. What is silent for longer is held back by a proxy, or is gone."""
_BETWEEN_LOOKS_SECONDS = 2.0
_FRUITLESS_STREAMS = 3
"""After so many streams in a row that brought nothing the job is only asked for."""

Told = Callable[[Job], object]


def following(
    job_id: str, on_progress: Told, limit_seconds: float, clock: Callable[[], float] = time.monotonic
) -> Flow[Job]:
    """Returns the job once it has ended; calls ``on_progress`` with it each time that it has changed.

    Raises TimedOut past the limit, and NotFound. A gateway that is away is waited for: the job goes on without it.
    """
    until = clock() + limit_seconds
    told = _Changes(on_progress)
    fruitless = 0
    while True:
        if fruitless < _FRUITLESS_STREAMS:
            fruitless = fruitless + 1 if (yield from _streaming(job_id, told)) else 0
        if not told.is_final:
            yield from _looking(job_id, told)
        if told.is_final and told.job:
            return told.job
        if clock() > until:
            raise TimedOut(
                f"The job {job_id} has not ended after {limit_seconds:.0f} s.", hint="It goes on; wait for it again."
            )
        yield Pause(_BETWEEN_LOOKS_SECONDS)


class _Changes:
    """The job as it was last seen."""

    def __init__(self, on_progress: Told) -> None:
        self._on_progress = on_progress
        self.job: Job | None = None
        self.last_id = ""
        self.events = 0

    @property
    def is_final(self) -> bool:
        return self.job is not None and self.job.status in FINAL

    def event(self, event: Event) -> None:
        try:
            job = read(Job, json.loads(event.data))
        except ValueError as error:
            raise UnexpectedAnswer(f"The event {event.id} of the job holds no JSON.") from error
        self.last_id = event.id or self.last_id
        self.events += 1
        self.see(job)

    def see(self, job: Job) -> None:
        if job != self.job:
            self.job = job
            self._on_progress(job)


def _streaming(job_id: str, told: _Changes) -> Flow[bool]:
    """Follows one stream to the job's end, or until it breaks. It begins with the job as it is.

    Returns whether it was refused or silent: then streams do not come through here, while a gateway that is away may
    send the next.
    """
    resumed = {"Last-Event-ID": told.last_id} if told.last_id else {}
    headers = {"Accept": "text/event-stream", **resumed}
    wanted = call(operations.FOLLOW_JOB, headers=headers, silence_seconds=SILENCE_SECONDS, job_id=job_id)
    before, opened = told.events, False
    try:
        yield OpenEvents(wanted)
        opened = True
        # The gateway ends a stream after a while, and when it stops.
        while not told.is_final and (event := (yield NextEvent())) is not None:
            if event.data:
                told.event(event)
    except WinnowError as error:
        if not is_passing(error):
            raise
        opened = opened or isinstance(error, RateLimited)
    return opened and told.events == before


def _looking(job_id: str, told: _Changes) -> Flow[None]:
    """Asks for the job once."""
    try:
        told.see((yield from sending(call(operations.GET_JOB, job_id=job_id), NO_RETRIES)))
    except WinnowError as error:
        if not is_passing(error):
            raise


def is_passing(error: WinnowError) -> bool:
    """Whether the gateway may answer again in a moment."""
    return isinstance(error, (Unavailable, RateLimited))
