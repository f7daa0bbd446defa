"""Operators' requests about tasks of all tenants: a list by any filter, and one task with all that is known of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from winnow_contracts.index_api.trace import AttemptView, EventView, Failure, StepView
from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSummary:
    """One task. ``state`` is a ``TaskState``; times are RFC 3339 in UTC.

    ``wait_ms`` is from its enqueuing to its first start, ``run_ms`` from there to its end. ``error`` is its last one.
    """

    task_id: str
    job_id: str
    tenant_id: str
    media_id: str
    actor: str
    queue: str
    node: str
    state: str
    run: int
    retry: int
    attempts: int
    enqueued_at: str | None = None
    started_at: str | None = None
    ended_at: str | None = None
    wait_ms: int | None = None
    run_ms: int | None = None
    error: Failure | None = None
    discarded_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDetail(TaskSummary):
    """A task with its attempts, steps and events, oldest first, and the ids of the tasks that it sent.

    ``arguments`` is its command's payload without secrets; None once a completed task's command is not kept.
    ``origin`` is the id of the task that sent it, empty for a job's first. ``trace`` is the last error's, if it is
    dead or waits to be tried again. ``replayable``: its job's next run can begin at it. ``result`` is what its actor
    told of its end, None if it has not completed or told nothing. ``track`` is its job's: with ``outcome`` only ends
    are told, and ``started_at`` is the end less the time that the attempt took.
    """

    attempts_made: tuple[AttemptView, ...]
    steps: tuple[StepView, ...]
    events: tuple[EventView, ...]
    arguments: dict[str, Any] | None
    origin: str
    sent: tuple[str, ...]
    trace: str
    replayable: bool
    result: dict[str, Any] | None = None
    track: str = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """Tasks, newest first. ``next_cursor`` is None on the last page.

    A page that is not full may have a next one: index looks at a bounded number of tasks for each. Then
    ``looked_until`` is the time (RFC 3339) of the last that it looked at; else it is None.
    """

    items: tuple[TaskSummary, ...]
    next_cursor: str | None = None
    looked_until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCount:
    """The number of tasks that match, and of their jobs. ``more``: there may be more, index looked at so many only."""

    tasks: int
    jobs: int
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilters:
    """Which tasks are meant: those that match every filter given.

    ``text`` is a part of the last error, or the whole id of a task, job or media. ``since_ms`` and ``until_ms`` (Unix
    milliseconds) bound when the task was enqueued. ``unhandled``: only what was neither discarded nor left behind by a
    later run of its job.
    """

    state: str | None = None
    actor: str | None = None
    queue: str | None = None
    node: str | None = None
    tenant_id: str | None = None
    text: str | None = None
    since_ms: int | None = None
    until_ms: int | None = None
    unhandled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTasks(IndexRequest[TaskPage], TaskFilters):
    """Request a page of the tasks that match. Refused with ``invalid-cursor``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/tasks")

    limit: int = 20
    cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountTasks(IndexRequest[TaskCount], TaskFilters):
    """Request how many tasks match."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/tasks/count")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTask(IndexRequest[TaskDetail]):
    """Request one task of any tenant. Refused with ``not-found``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/tasks/{task_id}")

    task_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobAttempt(AttemptView):
    """One execution of a task, and whose it is: the task of a job's ``run``, in its ``retry``-th copy."""

    job_id: str
    task_id: str
    actor: str
    run: int
    retry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobAttempts:
    """Executions by task, oldest first."""

    items: tuple[JobAttempt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAttempts(IndexRequest[JobAttempts]):
    """Request every execution of these jobs' tasks, at most a thousand jobs."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/jobs/attempts")

    job_ids: Sequence[str]


REQUESTS = (ListTasks, CountTasks, ReadTask, ListAttempts)
