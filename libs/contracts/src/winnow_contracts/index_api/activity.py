"""Operators' request for what happened lately, over all tenants, as plots need it."""

from dataclasses import dataclass
from typing import ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivitySlice:
    """The tasks that ended in a slice of time, which begins at ``at_ms`` (Unix milliseconds)."""

    at_ms: int
    completed: int = 0
    dead: int = 0
    cancelled: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorTimes:
    """How long an actor's tasks that completed or failed for good waited and ran, in milliseconds: half of them, 95 %
    and 99 %, at most so long.

    None if not known of any of them, or told by an index of an earlier version. ``ended`` counts both kinds.
    """

    actor: str
    ended: int
    dead: int
    wait_p50_ms: float | None
    wait_p95_ms: float | None
    run_p50_ms: float | None
    run_p95_ms: float | None
    wait_p99_ms: float | None = None
    run_p99_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """What happened: every slice of ``slice_seconds`` up to now, oldest first, and each actor that ended a task.

    ``oldest_waiting_ms`` is since when the task of an open job waits that waits longest (Unix milliseconds), None if
    none waits.
    """

    slice_seconds: int
    slices: tuple[ActivitySlice, ...]
    actors: tuple[ActorTimes, ...]
    oldest_waiting_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadActivity(IndexRequest[Activity]):
    """Request the activity of the last ``minutes``, 1440 at most, in 60 slices. Refused with ``invalid-field``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/activity")

    minutes: int = 60


REQUESTS = (ReadActivity,)
