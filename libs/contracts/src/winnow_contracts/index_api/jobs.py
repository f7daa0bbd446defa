"""Requests about jobs."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why something failed, as a problem object (RFC 9457)."""

    code: str
    detail: str = ""
    hint: str = ""
    retryable: bool = False
    type: str = ""
    title: str = ""
    status: int = 500
    instance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageView:
    """One stage of a job. ``status`` is waiting, running, retrying, done or failed; ``ms`` is its duration.

    ``progress`` (0..1), ``heard_seconds`` and ``of_seconds`` are None here: only live events have them.
    """

    name: str
    status: str
    ms: int | None = None
    progress: float | None = None
    reason: str | None = None
    heard_seconds: float | None = None
    of_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EtaView:
    """The estimated end of a job: in ``seconds``, at the moment ``at``, with ``ahead`` recordings before it."""

    seconds: int
    at: str
    ahead: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """One job. ``status`` is scheduled, queued, running, done, failed or cancelled. Times are RFC 3339 in UTC.

    A scheduled job does not begin before ``not_before``. ``track`` is a ``Track``.
    """

    id: str
    media_id: str
    status: str
    run: int
    created_at: str
    stages: tuple[StageView, ...]
    finished_at: str | None = None
    error: Problem | None = None
    warnings: tuple[str, ...] = ()
    eta: EtaView | None = None
    priority: str = "normal"
    not_before: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    track: str = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPage:
    """Jobs, newest first; ``next_cursor`` is None on the last page."""

    items: tuple[JobView, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelledJob:
    """The cancelled job, and the ``run`` that was cancelled."""

    job: JobView
    run: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListJobs(IndexRequest[JobPage]):
    """Request a page of a tenant's jobs; ``status`` as in ``JobView``. Refused with ``invalid-cursor``.

    ``metadata`` is a JSON object of texts that each job's metadata must have under the same keys.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/jobs")

    tenant_id: str
    limit: int = 20
    cursor: str | None = None
    status: str | None = None
    metadata: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadJob(IndexRequest[JobView]):
    """Request one job. Refused with ``not-found``, also for another tenant's job."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/jobs/{job_id}")

    tenant_id: str
    job_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelJob(IndexRequest[CancelledJob]):
    """Cancel a job's current run. With ``media_id`` this works before index knows the job.

    ``who`` is the id of the key that asks, for the audit log; a gateway of an earlier version does not tell it. With
    ``bulk`` it is part of a bulk action, whose own entry tells of it.

    Refused with ``not-found``, also for another tenant's job, and with ``already-ended``.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/jobs/{job_id}/cancel")

    tenant_id: str
    job_id: str
    media_id: str | None = None
    who: str = ""
    bulk: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenJobs:
    """How many jobs of a tenant have not ended and may begin now; no more than were asked for are counted."""

    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountOpenJobs(IndexRequest[OpenJobs]):
    """Request the number of a tenant's open jobs, up to ``most`` (1 to 100,000)."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/open-jobs")

    tenant_id: str
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """How the jobs of a batch stand, of those that index knows: ``open`` ones have not ended."""

    open: int
    done: int
    failed: int
    cancelled: int

    @property
    def ended(self) -> int:
        """How many have ended, however they did."""
        return self.done + self.failed + self.cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBatch(IndexRequest[BatchView]):
    """Request how the jobs of a batch stand. Refused with ``not-found``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/batches/{batch_id}")

    batch_id: str


REQUESTS = (ListJobs, ReadJob, CancelJob, CountOpenJobs, ReadBatch)
