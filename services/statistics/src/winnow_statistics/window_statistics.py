"""What the tasks and calls of a window add up to: counts by state, rates, waits and runs, costs, what waits longest."""

from typing import Any

from winnow_contracts.index_api.activity import ActorTimes
from winnow_contracts.index_api.statistics import JobCosts, NodeRate, Statistics, WaitingTask
from winnow_contracts.states import TERMINAL
from winnow_index.database import Database
from winnow_index.views import instant
from winnow_statistics.ended_tasks import EndedTasks
from winnow_statistics.windows import Window


class WindowStatistics:
    """Reads statistics. Raises Unavailable if PostgreSQL does not answer, TimedOut if a window is too much for it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, window: Window) -> Statistics:
        """The statistics of a window; what is open, and what waits longest, is told as of now."""
        asked = window.parameters()
        with self._database.transaction() as transaction:
            ended = EndedTasks(transaction, window, slice_times=True)
            nodes = transaction.rows("count_attempts_by_node", asked)
            still_open = transaction.rows("count_open_tasks", asked)
            oldest = transaction.row("read_oldest_waiting", asked)
            costs = transaction.row("sum_job_costs", asked)
        assert costs is not None
        slices = ended.slices()
        return Statistics(
            since_at=instant(window.since_ms),
            until_at=instant(window.until_ms),
            ended={state: sum(getattr(one, state) for one in slices) for state in sorted(TERMINAL)},
            open={row["state"]: row["tasks"] for row in still_open},
            slice_seconds=window.slice_ms // 1000,
            slices=slices,
            times=ended.slice_times(),
            actors=tuple(sorted(ended.actors(), key=_slowest_first)),
            nodes=tuple(NodeRate(**row) for row in nodes),
            costs=JobCosts(**costs),
            oldest_waiting=None if oldest is None else _waiting(oldest),
        )


def _slowest_first(times: ActorTimes) -> tuple[float, str]:
    return (-(times.run_p95_ms or 0.0), times.actor)


def _waiting(row: dict[str, Any]) -> WaitingTask:
    return WaitingTask(
        task_id=row["task_id"],
        job_id=row["job_id"],
        actor=row["actor"],
        enqueued_at=instant(row["enqueued_ms"]),
    )
