"""Keeps how deep the lanes are and what goes through them, minute by minute."""

from collections.abc import Mapping

from winnow_chassis.broker.queue_depths import LaneDepth
from winnow_contracts.envelope import now_ms
from winnow_contracts.heartbeats import SILENT_SECONDS
from winnow_contracts.index_api.lanes import LaneStat, LaneStats
from winnow_index.database import Database
from winnow_index.views import instant
from winnow_journal.codec import encode

_LATE_MS = 15_000
"""What a node does is known here so long afterwards, if nothing is in its way."""


class QueueStatistics:
    """Writes and reads rows of ``queue_stats``. All methods raise Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, depths: Mapping[str, LaneDepth], at_ms: int) -> int:
        """Keep the depths of the lanes at a time (Unix milliseconds), and what waits for AI endpoints now.

        Returns the number of ready messages.
        """
        rows = [{"queue": lane, "ready": one.ready, "consumers": one.consumers} for lane, one in depths.items()]
        until_ms = at_ms - _LATE_MS
        times = {"heard_ms": at_ms - round(SILENT_SECONDS * 1000), "from_ms": until_ms - 60_000, "until_ms": until_ms}
        with self._database.transaction() as transaction:
            transaction.run("add_queue_stats", {"at_ms": at_ms, "rows": encode(rows).decode(), **times})
            transaction.run("log_waiting")
        return sum(one.ready for one in depths.values())

    def since(self, minutes: int, slice_minutes: int = 1) -> LaneStats:
        """The rows of the last minutes, oldest first: of each slice and lane the one in which most waited."""
        asked = {"since_ms": now_ms() - minutes * 60_000, "slice_ms": slice_minutes * 60_000}
        with self._database.transaction() as transaction:
            rows = transaction.rows("list_queue_stats", asked)
        return LaneStats(
            items=tuple(
                LaneStat(
                    lane=row["queue"],
                    at=instant(row["at_ms"]),
                    ready=row["ready"],
                    consumers=row["consumers"],
                    oldest_seconds=None if row["oldest_ms"] is None else row["oldest_ms"] / 1000,
                    paused=row["paused"],
                    unacked=row["unacked"],
                    published=row["published"],
                    acked=row["acked"],
                )
                for row in rows
            )
        )
