"""The figures of ``winnow bench tracking``, and how they are shown."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from winnow_bench.measures import medians, spread

FULL, OUTCOME, UNSHIPPED = "full", "outcome", "events not shipped"


@dataclass(frozen=True, kw_only=True)
class Drain:
    """How a queue was emptied once. ``cpu_ms`` is processor time by part, in milliseconds for one job."""

    jobs: int
    seconds: float
    cpu_ms: Mapping[str, float]

    @property
    def per_second(self) -> float:
        """Jobs in a second, from the moment at which the worker may begin to the last one's end."""
        return self.jobs / self.seconds

    @property
    def all_cpu_ms(self) -> float:
        """Milliseconds of processor for one job, of all parts."""
        return sum(self.cpu_ms.values())


@dataclass(frozen=True, kw_only=True)
class Tracked:
    """One way to record. Medians over the rounds; ratios are over ``UNSHIPPED`` of the same round."""

    per_second: float
    ratio: float
    ratio_spread: tuple[float, float]
    all_cpu_ms: float
    cpu_ratio: float
    cpu_ratio_spread: tuple[float, float]
    cpu_ms: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Each way to record, by name."""

    rounds: int
    jobs: int
    ways: dict[str, Tracked]


def compare(rounds: Sequence[Mapping[str, Drain]]) -> Comparison:
    """The medians of drains of each way that were run in turn."""
    return Comparison(
        rounds=len(rounds),
        jobs=rounds[0][UNSHIPPED].jobs,
        ways={way: _tracked([(one[way], one[UNSHIPPED]) for one in rounds]) for way in (FULL, OUTCOME, UNSHIPPED)},
    )


def table(found: Comparison) -> str:
    """The comparison as text."""
    lines = [
        f"{found.rounds} rounds of {found.jobs} jobs of two empty tasks, medians",
        f"{'':<20} {'jobs/s':>8} {'ratio':>7} {'':<16} {'CPU ms':>8} {'ratio':>7}",
    ]
    for way, one in found.ways.items():
        lines += [
            f"{way:<20} {one.per_second:>8} {one.ratio:>7} {_words(one.ratio_spread):<16}"
            f" {one.all_cpu_ms:>8} {one.cpu_ratio:>7} {_words(one.cpu_ratio_spread)}"
        ]
        lines += [f"  {part:<18} {'':>8} {'':>7} {'':<16} {ms:>8}" for part, ms in one.cpu_ms.items()]
    return "\n".join(lines)


def _tracked(pairs: Sequence[tuple[Drain, Drain]]) -> Tracked:
    """The figures of drains, each with the one of ``UNSHIPPED`` in its round."""
    ratios = [one.per_second / other.per_second for one, other in pairs]
    cpu_ratios = [one.all_cpu_ms / other.all_cpu_ms for one, other in pairs]
    return Tracked(
        per_second=round(statistics.median(one.per_second for one, _ in pairs), 1),
        ratio=round(statistics.median(ratios), 3),
        ratio_spread=spread(ratios),
        all_cpu_ms=round(statistics.median(one.all_cpu_ms for one, _ in pairs), 2),
        cpu_ratio=round(statistics.median(cpu_ratios), 3),
        cpu_ratio_spread=spread(cpu_ratios),
        cpu_ms=medians([one.cpu_ms for one, _ in pairs]),
    )


def _words(values: tuple[float, float]) -> str:
    return f"({values[0]} to {values[1]})"
