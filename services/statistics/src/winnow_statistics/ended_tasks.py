"""The tasks of a window that ended, counted: by state, and how long they waited and ran, of each slice and actor."""

from collections.abc import Iterable
from typing import Any

from winnow_contracts.index_api.activity import ActivitySlice, ActorTimes
from winnow_contracts.index_api.statistics import SliceTimes
from winnow_index.database import Transaction
from winnow_statistics.windows import Window

_STATES = ("completed", "dead", "cancelled")
_SLICE_TIMES = ("wait_p50_ms", "wait_p95_ms", "run_p50_ms", "run_p95_ms")
_ACTOR_TIMES = (*_SLICE_TIMES, "wait_p99_ms", "run_p99_ms")


class EndedTasks:
    """Counts the tasks of a window. Times have two digits: a percentile is at most 5 % off.

    Without ``slice_times`` there are no percentiles of slices, and short slices are counted from hourly sums, too.
    """

    def __init__(self, transaction: Transaction, window: Window, *, slice_times: bool) -> None:
        transaction.run("count_in_memory")
        rows = transaction.rows("count_ended_tasks", {**window.parameters(), "slice_times": slice_times})
        by_slice = {row["slice"]: row for row in rows if row["actor"] is None}
        self._slices = [(at_ms, by_slice.get(number, {})) for number, at_ms in enumerate(window.starts_ms())]
        self._actors = [row for row in rows if row["actor"] is not None]

    def slices(self) -> tuple[ActivitySlice, ...]:
        """The counts of every slice, oldest first."""
        return tuple(ActivitySlice(at_ms=at_ms, **_some(row, _STATES)) for at_ms, row in self._slices)

    def slice_times(self) -> tuple[SliceTimes, ...]:
        """The percentiles of every slice, oldest first."""
        return tuple(SliceTimes(at_ms=at_ms, **_some(row, _SLICE_TIMES)) for at_ms, row in self._slices)

    def actors(self) -> tuple[ActorTimes, ...]:
        """The percentiles of every actor that completed or failed a task, by name."""
        return tuple(
            ActorTimes(
                actor=row["actor"],
                ended=row["completed"] + row["dead"],
                dead=row["dead"],
                **{name: row[name] for name in _ACTOR_TIMES},
            )
            for row in self._actors
            if row["completed"] or row["dead"]
        )


def _some(row: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """These columns of a row that may have none."""
    return {name: row[name] for name in names if name in row}
