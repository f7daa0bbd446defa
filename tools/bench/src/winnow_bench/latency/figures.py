"""The figures of ``winnow bench latency``, and how they are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from winnow_bench.measures import quantile


@dataclass(frozen=True, kw_only=True)
class Latency:
    """One way to a task's start, in milliseconds over all samples."""

    samples: int
    p50_ms: float
    p99_ms: float
    most_ms: float


def latency(waits_ms: Sequence[float]) -> Latency:
    """The quantiles of waits in any order."""
    found = sorted(waits_ms)
    return Latency(
        samples=len(found),
        p50_ms=round(quantile(found, 0.5), 2),
        p99_ms=round(quantile(found, 0.99), 2),
        most_ms=round(found[-1], 2),
    )


def table(found: Mapping[str, Latency]) -> str:
    """The latencies as text, by way."""
    lines = [f"{'milliseconds to the start':<34} {'samples':>8} {'p50':>8} {'p99':>8} {'most':>8}"]
    lines += [
        f"{way:<34} {one.samples:>8} {one.p50_ms:>8.2f} {one.p99_ms:>8.2f} {one.most_ms:>8.2f}"
        for way, one in found.items()
    ]
    return "\n".join(lines)
