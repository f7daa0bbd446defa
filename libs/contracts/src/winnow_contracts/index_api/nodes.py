"""Nodes' requests about jobs and tasks, with or without records of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest
from winnow_contracts.task_history import TaskHistory


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedJobs:
    """Maps each ended job to the run it ended in. A later run may have been requested since."""

    ended: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatus:
    """Status and run of a job, how often a result of it was stored, and its end in Unix milliseconds.

    ``applied`` counts by run how often a result was applied, independently of the job's row.
    """

    status: str
    run: int
    stored_times: int
    finished_ms: int | None
    applied: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatuses:
    """Maps each known job to its status. Unknown jobs are left out."""

    jobs: dict[str, JobStatus]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindEndedJobs(IndexRequest[EndedJobs]):
    """Request which of these jobs have ended."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/jobs/ended")

    job_ids: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadJobStatuses(IndexRequest[JobStatuses]):
    """Request the status of these jobs, at most a thousand."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/jobs/statuses")

    job_ids: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPast(IndexRequest[TaskHistory]):
    """Request a task's history on other nodes. ``journal_id`` is the caller's journal.

    ``possible_duplicate``: this copy of the message, the ``retry``-th, was published again and is not a redelivery.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/tasks/past")

    task_id: str
    job_id: str
    run: int
    retry: int = 0
    journal_id: str = ""
    possible_duplicate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ResentJob:
    """How many commands of the job are published again."""

    commands: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResendJob(IndexRequest[ResentJob]):
    """Request that index publishes again what it keeps of a job that has not ended."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/jobs/{job_id}/resend")

    job_id: str


REQUESTS = (FindEndedJobs, ReadJobStatuses, ReadPast, ResendJob)
