"""What nodes ask about jobs and tasks that they keep records of, or have no record of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest
from winnow_contracts.task_history import TaskHistory


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedJobs:
    """By job that has ended, the run it ended in: a later one may have been asked for already."""

    ended: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatus:
    """Status and run of a job, how often a result of it was stored, and the Unix milliseconds of its end.

    ``applied`` counts by run how often a result was applied, whatever the job's row says of itself.
    """

    status: str
    run: int
    stored_times: int
    finished_ms: int | None
    applied: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatuses:
    """By job; unknown jobs are left out."""

    jobs: dict[str, JobStatus]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindEndedJobs(IndexRequest[EndedJobs]):
    """Which of these jobs have ended."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/jobs/ended")

    job_ids: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadJobStatuses(IndexRequest[JobStatuses]):
    """How these jobs stand, a thousand at most."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/jobs/statuses")

    job_ids: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPast(IndexRequest[TaskHistory]):
    """What became of a task elsewhere; ``journal_id`` is the journal of who asks.

    ``possible_duplicate``: this copy of its message, the ``retry``-th, was sent once more and is fresh.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/tasks/past")

    task_id: str
    job_id: str
    run: int
    retry: int = 0
    journal_id: str = ""
    possible_duplicate: bool = False


REQUESTS = (FindEndedJobs, ReadJobStatuses, ReadPast)
