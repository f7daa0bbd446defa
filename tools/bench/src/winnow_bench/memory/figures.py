"""The figures of ``winnow bench memory``, and how they are shown."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_MEGABYTE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Drain:
    """The memory (PSS) of one worker with its children: before a drain, the most during it, and at rest after it."""

    before_bytes: int
    peak_bytes: int
    after_bytes: int


@dataclass(frozen=True, kw_only=True)
class Memory:
    """One side: medians over its drains. ``processes`` are those of the worker, its supervisor included."""

    processes: int
    before_bytes: int
    peak_bytes: int
    after_bytes: int


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Both sides by name, and Winnow's peak over stock's of the same round: median and extremes."""

    rounds: int
    tasks: int
    sides: dict[str, Memory]
    ratio: float
    ratio_spread: tuple[float, float]


def compare(drains: Mapping[str, Sequence[Drain]], processes: Mapping[str, int], *, tasks: int) -> Comparison:
    """The medians of drains of ``tasks`` tasks, run in turn; Winnow is the first side and stock the second."""
    ours, stock = drains.values()
    ratios = [mine.peak_bytes / theirs.peak_bytes for mine, theirs in zip(ours, stock, strict=True)]
    return Comparison(
        rounds=len(ratios),
        tasks=tasks,
        sides={name: _medians(each, processes[name]) for name, each in drains.items()},
        ratio=round(statistics.median(ratios), 2),
        ratio_spread=(round(min(ratios), 2), round(max(ratios), 2)),
    )


def table(found: Comparison) -> str:
    """The comparison as text."""
    lines = [
        f"{found.rounds} drains of {found.tasks} queued empty tasks by each worker, medians; MB (PSS)",
        f"{'':<16} {'processes':>9} {'before':>8} {'peak':>8} {'after':>8}",
    ]
    lines += [
        f"{name:<16} {one.processes:>9} {one.before_bytes / _MEGABYTE:>8.1f} {one.peak_bytes / _MEGABYTE:>8.1f}"
        f" {one.after_bytes / _MEGABYTE:>8.1f}"
        for name, one in found.sides.items()
    ]
    return "\n".join([*lines, f"peak ratio {found.ratio} ({found.ratio_spread[0]} to {found.ratio_spread[1]})"])


def _medians(drains: Sequence[Drain], processes: int) -> Memory:
    return Memory(
        processes=processes,
        before_bytes=round(statistics.median(drain.before_bytes for drain in drains)),
        peak_bytes=round(statistics.median(drain.peak_bytes for drain in drains)),
        after_bytes=round(statistics.median(drain.after_bytes for drain in drains)),
    )
