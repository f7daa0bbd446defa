"""The spread of measured values."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Median, 99th percentile and greatest of some values. Each is a value that was seen (nearest rank)."""

    p50: float
    p99: float
    max: float

    def __str__(self) -> str:
        return f"p50 {self.p50:.1f}, p99 {self.p99:.1f}, max {self.max:.1f}"


def spread(values: Sequence[float]) -> Spread | None:
    """Returns the spread of the values; None without values."""
    if not values:
        return None
    ordered = sorted(values)
    return Spread(p50=_percentile(ordered, 0.5), p99=_percentile(ordered, 0.99), max=ordered[-1])


def _percentile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that at least ``share`` of all do not exceed."""
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]
