"""What happened lately, over all tenants: tasks that ended by slice of time, and how long actors wait and run."""

from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.activity import Activity
from winnow_index.database import Database
from winnow_statistics.ended_tasks import EndedTasks
from winnow_statistics.windows import SLICES, Window


class RecentActivity:
    """Reads the activity. Raises Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def last(self, minutes: int) -> Activity:
        """The last ``minutes`` in 60 slices; the last slice is not over yet."""
        slice_ms = minutes * 60_000 // SLICES
        until_ms = (now_ms() // slice_ms + 1) * slice_ms
        window = Window(since_ms=until_ms - SLICES * slice_ms, until_ms=until_ms)
        with self._database.transaction() as transaction:
            ended = EndedTasks(transaction, window, slice_times=False)
            oldest = transaction.row("read_oldest_waiting", window.parameters())
        return Activity(
            slice_seconds=slice_ms // 1000,
            slices=ended.slices(),
            actors=ended.actors(),
            oldest_waiting_ms=None if oldest is None else oldest["enqueued_ms"],
        )
