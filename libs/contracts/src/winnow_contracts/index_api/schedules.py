"""Operators' requests about schedules: when each runs next, what its last run did, and to run one now."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRunView:
    """One run. Times are RFC 3339 in UTC.

    ``outcome`` is ``done``, ``failed``, ``skipped_overlap`` or ``missed``, and None while the run is open: it waits for
    a node while ``began_at`` is None. ``duration_ms`` counts all its attempts. ``asked_by`` is the key that asked for
    it, None if it was due. ``detail`` is what it did, or ``error``.
    """

    schedule: str
    due_at: str
    asked_by: str | None
    node: str
    began_at: str | None
    ended_at: str | None
    duration_ms: int | None
    outcome: str | None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleView:
    """One schedule: its cron expression in ``time_zone``, its next fire (RFC 3339, UTC), and its latest run."""

    name: str
    what: str
    cron: str
    time_zone: str
    next_at: str
    last: ScheduleRunView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedules:
    """Every schedule."""

    items: tuple[ScheduleView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRuns:
    """Runs of one schedule, the latest first."""

    items: tuple[ScheduleRunView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSchedules(IndexRequest[Schedules]):
    """Request all schedules."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/schedules")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListScheduleRuns(IndexRequest[ScheduleRuns]):
    """Request the latest runs of one schedule. Refused with ``not-found``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/schedules/{name}/runs")

    name: str
    limit: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSchedule(IndexRequest[ScheduleRunView]):
    """Have a schedule run now, on any index worker. Refused with ``not-found``, or ``not-ready`` while one runs."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/schedules/{name}/run")

    name: str
    who: str


REQUESTS = (ListSchedules, ListScheduleRuns, RunSchedule)
