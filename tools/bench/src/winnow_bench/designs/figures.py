"""The figures of ``winnow bench designs``, and how they are shown."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from winnow_bench.measures import quantile, spread
from winnow_bench.peers.figures import Rate


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """One client that enqueues single jobs: milliseconds until the store has each, medians over the rounds.

    ``ratio`` is its median wait over Winnow's in the same round.
    """

    p50_ms: float
    p50_spread_ms: tuple[float, float]
    p99_ms: float
    p99_spread_ms: tuple[float, float]
    ratio: float
    ratio_spread: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One system: where it keeps jobs, its settings, its acceptances, and its rates by kind of work."""

    name: str
    store: str
    settings: str
    acceptance: Acceptance
    rates: dict[str, Rate]


def acceptance(rounds: Sequence[Sequence[float]], winnow: Sequence[Sequence[float]]) -> Acceptance:
    """Of the waits of each round, in milliseconds, and Winnow's of the same rounds."""
    p50s, p99s = ([quantile(sorted(waits), share) for waits in rounds] for share in (0.5, 0.99))
    ours = [quantile(sorted(waits), 0.5) for waits in winnow]
    ratios = [theirs / our for theirs, our in zip(p50s, ours, strict=True)]
    return Acceptance(
        p50_ms=round(statistics.median(p50s), 3),
        p50_spread_ms=spread(p50s),
        p99_ms=round(statistics.median(p99s), 3),
        p99_spread_ms=spread(p99s),
        ratio=round(statistics.median(ratios), 3),
        ratio_spread=spread(ratios),
    )


def table(found: Sequence[Measured], absent: Mapping[str, str]) -> str:
    """The systems as text, and those that could not be run with the reason."""
    lines = [
        f"{'':<24} {'accept p50':>11} {'p99':>9} {'ratio':>6} {'single/s':>9} {'ratio':>6} {'chain/s':>9} {'ratio':>6}"
    ]
    for one in found:
        single, chain, took = one.rates["single"], one.rates["chain"], one.acceptance
        lines.append(
            f"{one.name:<24} {took.p50_ms:>8.2f} ms {took.p99_ms:>6.1f} ms {took.ratio:>6.2f} {single.per_second:>9.0f}"
            f" {single.ratio:>6.2f} {chain.per_second:>9.0f} {chain.ratio:>6.2f}"
        )
    lines.append(
        "Ratios are over Winnow's. Winnow's acceptances are requests of its gateway, the others' calls in Python."
    )
    return "\n".join([*lines, *(f"{name} was not measured: {reason}" for name, reason in absent.items())])
