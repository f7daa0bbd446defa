"""The figures of ``winnow bench peers``, and how they are shown."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from winnow_bench.measures import medians, spread
from winnow_bench.peers.drains import Drain
from winnow_bench.peers.kills import Kill


@dataclass(frozen=True, kw_only=True)
class Rate:
    """One kind of work by one system, medians over the rounds. ``ratio`` is its tasks a second over Winnow's."""

    per_second: float
    per_second_spread: tuple[float, float]
    ratio: float
    ratio_spread: tuple[float, float]
    cpu_ms: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One system: where it keeps tasks, its settings, its rates by kind of work, and what a killed worker cost."""

    name: str
    store: str
    settings: str
    rates: dict[str, Rate]
    kill: Kill


def rate(drains: Sequence[Drain], winnow: Sequence[Drain]) -> Rate:
    """The medians of drains that were run in the same rounds as Winnow's."""
    ratios = [theirs.per_second / ours.per_second for theirs, ours in zip(drains, winnow, strict=True)]
    rates = [one.per_second for one in drains]
    return Rate(
        per_second=round(statistics.median(rates), 1),
        per_second_spread=spread(rates),
        ratio=round(statistics.median(ratios), 2),
        ratio_spread=spread(ratios),
        cpu_ms=medians([one.cpu_ms for one in drains]),
    )


def table(found: Sequence[Compared], absent: Mapping[str, str]) -> str:
    """The systems as text, and those that could not be run with the reason."""
    lines = [
        f"{'':<24} {'store':<24} {'single/s':>9} {'ratio':>6} {'chain/s':>9} {'ratio':>6} {'CPU ms':>7}"
        f" {'lost':>5} {'twice':>6} {'back in':>8}"
    ]
    for one in found:
        single, chain = one.rates["single"], one.rates["chain"]
        lines.append(
            f"{one.name:<24} {one.store:<24} {single.per_second:>9.0f} {single.ratio:>6.2f} {chain.per_second:>9.0f}"
            f" {chain.ratio:>6.2f} {sum(chain.cpu_ms.values()):>7.2f}"
            f" {one.kill.lost:>5} {one.kill.run_twice:>6} {one.kill.seconds:>6.1f} s"
        )
    lines.append("Rates and CPU count tasks; a ratio of 2 is twice Winnow's rate. CPU is a chain's, of all processes.")
    return "\n".join([*lines, *(f"{name} was not measured: {reason}" for name, reason in absent.items())])
