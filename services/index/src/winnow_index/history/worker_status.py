"""Keeps what each node last said of itself, and tells a node at rest from a dead one."""

from collections.abc import Sequence
from dataclasses import asdict

from winnow_contracts.envelope import now_ms
from winnow_contracts.heartbeats import SILENT_SECONDS, Heartbeat, HeartbeatKind, NodeState
from winnow_contracts.index_api.workers import WorkerView
from winnow_index.database import Database
from winnow_index.history.event_store import store_told
from winnow_index.history.lost_journals import lose_others
from winnow_index.views import Row, instant, instant_or_none
from winnow_journal.codec import encode
from winnow_journal.values import Clock

_HOUR_MS = 3_600_000
_DAY_MS = 86_400_000
_SAME = (
    "service",
    "node",
    "host",
    "version",
    "pid",
    "threads",
    "active",
    "processed",
    "failed",
    "memory_bytes",
    "events_unapplied",
    "oldest_event_ms",
    "journal_pending",
    "oldest_pending_ms",
    "journal_bytes",
    "wal_bytes",
    "free_disk_bytes",
    "clock_offset_ms",
)
"""The columns that are shown as they are."""


class WorkerStatuses:
    """The rows of ``worker_status``. Methods raise Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database, clock: Clock = now_ms) -> None:
        self._database = database
        self._clock = clock

    def note(self, heard: Sequence[Heartbeat]) -> None:
        """Store heartbeats in the order in which they came.

        A heartbeat counts from its arrival: no clock of a node decides whether the node lives. One that waited in the
        queue, as some do after index was away, makes its node's clock look behind until the next one. The first one of
        a process tells whether its node has lost a journal.
        """
        at_ms = self._clock()
        with self._database.transaction() as transaction:
            for one in heard:
                transaction.run("note_heartbeat", _columns(one, at_ms))
            # Later ones may overtake that of the next process where several nodes of index consume them.
            begun = [one for one in heard if one.kind is HeartbeatKind.ONLINE and one.journal.journal_id]
            for one in begun:
                unclear = lose_others(transaction, one.service, one.node, one.journal.journal_id)
                if unclear:
                    store_told(transaction, [], unclear)

    def all(self) -> list[WorkerView]:
        """Every node, with its state now and its success rates."""
        at_ms = self._clock()
        with self._database.transaction() as transaction:
            rows = transaction.rows("list_workers")
            counted = transaction.rows(
                "count_node_attempts", {"hour_ago_ms": at_ms - _HOUR_MS, "day_ago_ms": at_ms - _DAY_MS}
            )
        by_node = {row["node"]: row for row in counted}
        return [_view(row, by_node.get(row["node"], {}), at_ms) for row in rows]


def drop_old(database: Database, before_ms: int) -> int:
    """Drop the nodes that were last heard of before that time; returns how many. Raises Unavailable and TimedOut."""
    with database.transaction() as transaction:
        return transaction.run("drop_worker_status", {"before_ms": before_ms})


def _view(row: Row, counts: Row, at_ms: int) -> WorkerView:
    same = {name: row[name] for name in _SAME}
    return WorkerView(
        **same,
        state=_state(row, at_ms),
        lanes=tuple(row["lanes"]),
        started_at=instant(row["started_ms"]),
        heartbeat_at=instant(row["heartbeat_ms"]),
        offline_at=instant_or_none(row["offline_ms"]),
        success_rate_hour=_rate(counts.get("completed_hour", 0), counts.get("failed_hour", 0)),
        success_rate_day=_rate(counts.get("completed_day", 0), counts.get("failed_day", 0)),
    )


def _rate(completed: int, failed: int) -> float | None:
    return completed / (completed + failed) if completed + failed else None


def _state(row: Row, at_ms: int) -> NodeState:
    if row["offline_ms"] is not None:
        return NodeState.OFFLINE
    return NodeState.SILENT if at_ms - row["heartbeat_ms"] >= SILENT_SECONDS * 1000 else NodeState.ONLINE


def _columns(one: Heartbeat, at_ms: int) -> Row:
    return {
        **asdict(one),
        **asdict(one.tasks),
        **asdict(one.journal),
        "lanes": list(one.lanes),
        "unacked": encode(one.unacked).decode(),
        "now_ms": at_ms,
        "offline_ms": at_ms if one.kind is HeartbeatKind.OFFLINE else None,
        "clock_offset_ms": one.sent_ms - at_ms,
    }
