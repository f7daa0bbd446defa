"""Requests about tasks that failed for good."""

from dataclasses import dataclass
from typing import Any, ClassVar

from winnow_contracts.index_api.jobs import Problem
from winnow_contracts.index_api.trace import AttemptView
from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedTask:
    """A task that ended dead or cancelled. ``replayable``: its job's next run can begin at it."""

    task_id: str
    job_id: str
    tenant_id: str
    media_id: str
    actor: str
    queue: str
    run: int
    retry: int
    state: str
    ended_at: str | None
    problem: Problem | None
    replayable: bool
    discarded_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadTaskView(EndedTask):
    """A dead task in a list. ``attempts`` counts its attempts."""

    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadTaskDetail(EndedTask):
    """A dead task with all that is known of its end. ``command`` is its message's payload, None if unknown."""

    attempts: tuple[AttemptView, ...]
    command: dict[str, Any] | None
    trace: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadTaskPage:
    """Dead tasks, last ended first; ``next_cursor`` is None on the last page."""

    items: tuple[DeadTaskView, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDeadTasks(IndexRequest[DeadTaskPage]):
    """Request a page of all tenants' dead tasks that nobody replayed or discarded. Refused with ``invalid-cursor``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/dead")

    limit: int = 20
    cursor: str | None = None
    actor: str | None = None
    tenant_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDeadTask(IndexRequest[DeadTaskDetail]):
    """Request one dead or cancelled task. Refused with ``not-found``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/dead/{task_id}")

    task_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardDeadTask(IndexRequest[DeadTaskView]):
    """Remove a dead task from the list for good. ``who`` is the operator's key. Refused with ``not-found``.

    With ``bulk`` it is part of a bulk action, whose own entry of the audit log tells of it.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/dead/{task_id}/discard")

    task_id: str
    who: str
    bulk: bool = False


REQUESTS = (ListDeadTasks, ReadDeadTask, DiscardDeadTask)
