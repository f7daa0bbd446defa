"""Operators' request for what the tasks and calls of a window of time add up to, over all tenants or one."""

from dataclasses import dataclass
from typing import ClassVar

from winnow_contracts.index_api.activity import ActivitySlice, ActorTimes
from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceTimes:
    """How long the tasks that ended in a slice of time waited and ran, in milliseconds; None if none ended.

    The slice begins at ``at_ms`` (Unix milliseconds).
    """

    at_ms: int
    wait_p50_ms: float | None = None
    wait_p95_ms: float | None = None
    run_p50_ms: float | None = None
    run_p95_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRate:
    """A node's attempts that ended: those that completed, and those that failed, ran out of time or died."""

    node: str
    completed: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobCosts:
    """What AI calls cost by job, in US dollars: of the jobs that paid for one, half and 95 % at most so much.

    ``unpriced`` counts calls of models without a price, which are in no sum. The last four are None if no job paid.
    """

    jobs: int
    cost_usd: float
    unpriced: int
    p50_usd: float | None
    p95_usd: float | None
    highest_usd: float | None
    highest_job_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingTask:
    """The task of an open job that waits longest; it was sent at ``enqueued_at`` (RFC 3339 in UTC)."""

    task_id: str
    job_id: str
    actor: str
    enqueued_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """What a window adds up to. Times are RFC 3339 in UTC.

    ``ended`` counts the tasks that ended in it by state, ``open`` those of open jobs that have not ended by now, by
    state. ``slices`` and ``times`` cut it into slices of ``slice_seconds``, oldest first. ``actors`` are the slowest
    first, ``nodes`` by name.
    """

    since_at: str
    until_at: str
    ended: dict[str, int]
    open: dict[str, int]
    slice_seconds: int
    slices: tuple[ActivitySlice, ...]
    times: tuple[SliceTimes, ...]
    actors: tuple[ActorTimes, ...]
    nodes: tuple[NodeRate, ...]
    costs: JobCosts
    oldest_waiting: WaitingTask | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadStatistics(IndexRequest[Statistics]):
    """Request the statistics of a window, or of one actor's or tenant's part of it. Refused with ``invalid-field``.

    ``until_ms`` is now and ``since_ms`` a day before it unless given (Unix milliseconds).
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/statistics")

    since_ms: int | None = None
    until_ms: int | None = None
    actor: str | None = None
    tenant_id: str | None = None


REQUESTS = (ReadStatistics,)
