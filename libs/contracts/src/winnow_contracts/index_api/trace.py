"""Requests for a job's whole history: tasks, attempts, steps and events."""

from dataclasses import dataclass
from typing import Any, ClassVar

from winnow_contracts.index_api.jobs import JobView
from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why one attempt failed, from its event."""

    code: str = "internal"
    detail: str = ""
    hint: str = ""
    retryable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptView:
    """One execution of a task; ``outcome`` is None while it runs."""

    attempt_id: str
    number: int
    node: str
    started_at: str | None = None
    ended_at: str | None = None
    outcome: str | None = None
    why: str | None = None
    error: Failure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One finished step of a task. ``reused``: the attempt used an earlier attempt's result."""

    name: str
    duration_ms: int | None
    reused: bool
    at: str
    attempt_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """One task of a job. ``deferred`` counts attempts that only waited.

    ``replayable``: a next run can begin at this task.
    """

    task_id: str
    actor: str
    queue: str
    state: str
    run: int
    retry: int
    deferred: int = 0
    replayable: bool = False
    attempts: tuple[AttemptView, ...] = ()
    steps: tuple[StepView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One event of a job's timeline; what ``detail`` holds depends on ``kind``."""

    at: str
    at_ms: int
    kind: str
    actor: str
    task_id: str
    attempt_id: str
    node: str
    run: int
    retry: int
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceView:
    """A job's whole history, oldest first.

    ``history_note`` says in a sentence that tasks and events are not kept any more; else it is empty.
    """

    job: JobView
    tasks: tuple[TaskView, ...] = ()
    events: tuple[EventView, ...] = ()
    history_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTrace(IndexRequest[TraceView]):
    """Request a job's whole history; without ``tenant_id``, any tenant's job. Refused with ``not-found``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/jobs/{job_id}/trace")

    job_id: str
    tenant_id: str | None = None


REQUESTS = (ReadTrace,)
