"""The tasks of a window that ended, counted: by state, and how long they waited and ran, of each slice and actor."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from winnow_contracts.index_api.activity import ActivitySlice, ActorTimes
from winnow_contracts.index_api.statistics import SliceTimes
from winnow_index.database import Transaction
from winnow_statistics.windows import Window

_SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


@dataclass(frozen=True)
class Counts:
    """Of one slice or actor: how many tasks had each state, and each length of wait and run in milliseconds."""

    state: Counter[str] = field(default_factory=Counter)
    wait_ms: Counter[int] = field(default_factory=Counter)
    run_ms: Counter[int] = field(default_factory=Counter)

    def times(self, *shares: str) -> dict[str, float | None]:
        """The percentiles, by the names that the contract gives them."""
        lengths = {"wait": self.wait_ms, "run": self.run_ms}
        return {f"{what}_{name}_ms": percentile(lengths[what], _SHARES[name]) for what in lengths for name in shares}


class EndedTasks:
    """Counts the tasks of a window. Times have two digits: a percentile is at most 5 % off."""

    def __init__(self, transaction: Transaction, window: Window) -> None:
        self._window = window
        self._slices: dict[int, Counts] = defaultdict(Counts)
        self._actors: dict[str, Counts] = defaultdict(Counts)
        for row in transaction.rows("count_ended_tasks", window.parameters()):
            value = row[row["counted"]]
            if value is not None:  # of some tasks a wait or a run is not known
                getattr(self._counts(row), row["counted"])[value] = row["tasks"]

    def slices(self) -> tuple[ActivitySlice, ...]:
        """The counts of every slice, oldest first."""
        return tuple(ActivitySlice(at_ms=at_ms, **counts.state) for at_ms, counts in self._in_order())

    def slice_times(self) -> tuple[SliceTimes, ...]:
        """The percentiles of every slice, oldest first."""
        return tuple(SliceTimes(at_ms=at_ms, **counts.times("p50", "p95")) for at_ms, counts in self._in_order())

    def actors(self) -> tuple[ActorTimes, ...]:
        """The percentiles of every actor that completed or failed a task, by name."""
        return tuple(
            ActorTimes(
                actor=actor,
                ended=counts.state["completed"] + counts.state["dead"],
                dead=counts.state["dead"],
                **counts.times(*_SHARES),
            )
            for actor, counts in sorted(self._actors.items())
            if counts.state["completed"] or counts.state["dead"]
        )

    def _counts(self, row: Mapping[str, Any]) -> Counts:
        return self._actors[row["actor"]] if row["actor"] is not None else self._slices[row["slice"]]

    def _in_order(self) -> list[tuple[int, Counts]]:
        return [(at_ms, self._slices[number]) for number, at_ms in enumerate(self._window.starts_ms())]


def percentile(lengths: Mapping[int, int], share: float) -> float | None:
    """The shortest length that at least ``share`` of those counted do not exceed; None if none is counted."""
    left = share * sum(lengths.values())
    for length, times in sorted(lengths.items()):
        left -= times
        if left <= 0:
            return float(length)
    return None
