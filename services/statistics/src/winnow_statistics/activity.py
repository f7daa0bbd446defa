"""What happened lately, over all tenants: tasks that ended by slice of time, and how long actors wait and run."""

from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.activity import Activity, ActivitySlice, ActorTimes
from winnow_index.database import Database

_SLICES = 60
_DAY_MS = 86_400_000


class RecentActivity:
    """Reads the activity. Raises Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def last(self, minutes: int) -> Activity:
        """The last ``minutes`` in 60 slices; the last slice is not over yet."""
        slice_ms = minutes * 60_000 // _SLICES
        until_ms = (now_ms() // slice_ms + 1) * slice_ms
        since_ms = until_ms - _SLICES * slice_ms
        span = {"since_ms": since_ms, "until_ms": until_ms, "sent_ms": since_ms - _DAY_MS}
        with self._database.transaction() as transaction:
            rows = transaction.rows("read_slices", {**span, "slice_ms": slice_ms})
            actors = transaction.rows("read_actor_times", span)
            oldest = transaction.row("read_oldest_waiting", {})
        ended = {row["slice"]: {"completed": row["completed"], "dead": row["dead"]} for row in rows}
        return Activity(
            slice_seconds=slice_ms // 1000,
            slices=tuple(ActivitySlice(at_ms=since_ms + n * slice_ms, **ended.get(n, {})) for n in range(_SLICES)),
            actors=tuple(ActorTimes(**row) for row in actors),
            oldest_waiting_ms=None if oldest is None else oldest["oldest_ms"],
        )
