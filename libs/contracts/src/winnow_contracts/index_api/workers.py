"""Operators' request for the nodes: which of them live, and what they say of themselves."""

from dataclasses import dataclass
from typing import ClassVar

from winnow_contracts.heartbeats import NodeState
from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerView:
    """A node as it last described itself, with what index counted of it. Times are RFC 3339 in UTC.

    ``started_at`` is by the node's clock, which is ``clock_offset_ms`` ahead of index's. ``active``, ``processed`` and
    ``failed`` count attempts since that start. A success rate is the part of the attempts that completed among those
    that completed, failed, ran out of time or died within the last hour or day; None where there were none. The ages
    ``oldest_event_ms`` and ``oldest_pending_ms`` are of what waits longest in the journal for index and for the broker.
    """

    service: str
    node: str
    state: NodeState
    host: str
    version: str
    pid: int
    lanes: tuple[str, ...]
    threads: int
    started_at: str
    heartbeat_at: str
    offline_at: str | None
    active: int
    processed: int
    failed: int
    success_rate_hour: float | None
    success_rate_day: float | None
    memory_bytes: int
    events_unapplied: int
    oldest_event_ms: int
    journal_pending: int
    oldest_pending_ms: int
    journal_bytes: int
    wal_bytes: int
    free_disk_bytes: int
    clock_offset_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """Every node that was heard of within the retention, by service and name."""

    items: tuple[WorkerView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListWorkers(IndexRequest[Workers]):
    """Request all nodes."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/workers")


REQUESTS = (ListWorkers,)
"""This module's requests."""
