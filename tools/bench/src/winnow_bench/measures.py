"""Sums up what rounds measured: medians, spreads, quantiles, and processor time by part; writes figures."""

import math
import statistics
from collections.abc import Mapping, Sequence

from winnow_harness.usage import Usage


def spent(before: Mapping[str, Usage], after: Mapping[str, Usage], jobs: int) -> dict[str, float]:
    """Milliseconds of processor for one job, by part, largest first; parts without any are left out."""
    used = {name: (after[name].cpu_seconds - before[name].cpu_seconds) * 1000 / jobs for name in after}
    return {name: round(ms, 3) for name, ms in sorted(used.items(), key=lambda one: -one[1]) if ms > 0}


def medians(every: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The median of each name over all rounds, largest first; a round that lacks a name counts as 0."""
    names = dict.fromkeys(name for one in every for name in one)
    found = {name: round(statistics.median(one.get(name, 0.0) for one in every), 3) for name in names}
    return dict(sorted(found.items(), key=lambda one: -one[1]))


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of the sorted ``values`` lie; 0 if there are none."""
    return values[min(int(len(values) * share), len(values) - 1)] if values else 0.0


def spread(values: Sequence[float]) -> tuple[float, float]:
    """The smallest and the largest value."""
    return round(min(values), 3), round(max(values), 3)


def number(value: float) -> str:
    """A figure with three significant digits, without an exponent."""
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if digits else text
