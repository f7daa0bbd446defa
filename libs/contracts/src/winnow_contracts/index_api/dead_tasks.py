"""Tasks that failed for good, as index tells of them."""

from dataclasses import dataclass
from typing import Any, ClassVar

from winnow_contracts.index_api.jobs import Problem
from winnow_contracts.index_api.trace import AttemptView
from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedTask:
    """A task that ended dead or cancelled; ``replayable``: its job's next run can begin at it."""

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
    """One in a list; ``attempts`` is how many there were."""

    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadTaskDetail(EndedTask):
    """One with all that is known of its end; ``command`` is its message's payload, None where it is not known."""

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
    """A page of dead tasks that nobody replayed or discarded, of all tenants. Refused with ``invalid-cursor``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/dead")

    limit: int = 20
    cursor: str | None = None
    actor: str | None = None
    tenant_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDeadTask(IndexRequest[DeadTaskDetail]):
    """One dead or cancelled task. Refused with ``not-found``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/dead/{task_id}")

    task_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardDeadTask(IndexRequest[DeadTaskView]):
    """Take a dead task off the list for good; ``who`` wants it. Refused with ``not-found``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/dead/{task_id}/discard")

    task_id: str
    who: str


REQUESTS = (ListDeadTasks, ReadDeadTask, DiscardDeadTask)
