"""Keeps how deep the lanes are, minute by minute."""

from collections.abc import Mapping

from winnow_chassis.broker.queue_depths import LaneDepth
from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.lanes import LaneStat, LaneStats
from winnow_index.database import Database
from winnow_index.views import instant
from winnow_journal.codec import encode


class QueueStatistics:
    """Writes and reads rows of ``queue_stats``. All methods raise Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, depths: Mapping[str, LaneDepth], at_ms: int) -> int:
        """Keep the depths of the lanes at a time (Unix milliseconds); returns the number of ready messages."""
        rows = [{"queue": lane, "ready": one.ready, "consumers": one.consumers} for lane, one in depths.items()]
        with self._database.transaction() as transaction:
            transaction.run("add_queue_stats", {"at_ms": at_ms, "rows": encode(rows).decode()})
        return sum(one.ready for one in depths.values())

    def since(self, minutes: int) -> LaneStats:
        """The rows of the last minutes, oldest first."""
        asked = {"since_ms": now_ms() - minutes * 60_000}
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
                )
                for row in rows
            )
        )
