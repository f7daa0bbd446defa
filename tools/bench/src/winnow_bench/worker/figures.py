"""The figures of ``winnow bench worker``, and how they are shown."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from winnow_bench.measures import medians, spread


@dataclass(frozen=True, kw_only=True)
class Drain:
    """How one side emptied its queues once. ``cpu_ms`` is processor time by part, in milliseconds for one task."""

    tasks: int
    seconds: float
    cpu_ms: Mapping[str, float]

    @property
    def per_second(self) -> float:
        """Tasks in a second, from the moment at which the worker may begin to the last one's start."""
        return self.tasks / self.seconds


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One kind of work. Medians over the rounds; ``ratio`` is Winnow's tasks a second over stock's, of one round.

    ``busy`` is the processor time of the worker process in a second of its drain: at 1 its interpreter is the limit.
    """

    rounds: int
    tasks: int
    per_second: float
    stock_per_second: float
    ratio: float
    ratio_spread: tuple[float, float]
    busy: float
    stock_busy: float
    cpu_ms: dict[str, float]
    stock_cpu_ms: dict[str, float]


def compare(ours: Sequence[Drain], stock: Sequence[Drain]) -> Comparison:
    """The medians of drains that were run in turn."""
    ratios = [mine.per_second / theirs.per_second for mine, theirs in zip(ours, stock, strict=True)]
    return Comparison(
        rounds=len(ours),
        tasks=ours[0].tasks,
        per_second=round(statistics.median(one.per_second for one in ours), 1),
        stock_per_second=round(statistics.median(one.per_second for one in stock), 1),
        ratio=round(statistics.median(ratios), 3),
        ratio_spread=spread(ratios),
        busy=_busy(ours),
        stock_busy=_busy(stock),
        cpu_ms=medians([one.cpu_ms for one in ours]),
        stock_cpu_ms=medians([one.cpu_ms for one in stock]),
    )


def table(found: Mapping[str, Comparison]) -> str:
    """The comparisons as text, by kind of work."""
    lines: list[str] = []
    for kind, one in found.items():
        lines += [
            f"{kind}: {one.rounds} rounds of {one.tasks} tasks, medians",
            f"{'':<24} {'Winnow':>9} {'stock':>9}",
            f"{'tasks a second':<24} {one.per_second:>9} {one.stock_per_second:>9}"
            f"   ratio {one.ratio} ({one.ratio_spread[0]} to {one.ratio_spread[1]})",
            f"{'worker busy':<24} {one.busy:>9} {one.stock_busy:>9}",
        ]
        lines += [
            f"{f'CPU ms a task, {part}':<24} {one.cpu_ms.get(part, 0):>9.3f} {one.stock_cpu_ms.get(part, 0):>9.3f}"
            for part in {**one.cpu_ms, **one.stock_cpu_ms}
        ]
    return "\n".join(lines)


def _busy(drains: Sequence[Drain]) -> float:
    return round(statistics.median(one.cpu_ms.get("worker", 0) / 1000 * one.per_second for one in drains), 2)
