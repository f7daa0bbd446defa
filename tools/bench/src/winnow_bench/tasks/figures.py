"""The figures of ``winnow bench tasks``, and how they are shown."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from winnow_bench.measures import medians, quantile, spread


@dataclass(frozen=True, kw_only=True)
class Round:
    """One round of one side. ``cpu_ms`` is processor time by part, in milliseconds for one job."""

    jobs: int
    seconds: float
    cpu_ms: dict[str, float]
    answer_ms: tuple[float, ...] = ()
    """How long each acceptance took, sorted; for Winnow alone."""

    @property
    def per_second(self) -> float:
        """Jobs from request to end, in a second."""
        return self.jobs / self.seconds


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Medians over the rounds. ``ratio`` is Winnow's jobs a second over stock's, of the same round."""

    rounds: int
    jobs: int
    per_second: float
    stock_per_second: float
    ratio: float
    ratio_spread: tuple[float, float]
    cpu_ms: dict[str, float]
    stock_cpu_ms: dict[str, float]
    answer_p50_ms: float
    answer_p99_ms: float


def compare(ours: Sequence[Round], stock: Sequence[Round]) -> Comparison:
    """The medians of rounds that were run in turn."""
    ratios = [mine.per_second / theirs.per_second for mine, theirs in zip(ours, stock, strict=True)]
    answers = sorted(ms for one in ours for ms in one.answer_ms)
    return Comparison(
        rounds=len(ours),
        jobs=ours[0].jobs,
        per_second=round(statistics.median(one.per_second for one in ours), 1),
        stock_per_second=round(statistics.median(one.per_second for one in stock), 1),
        ratio=round(statistics.median(ratios), 3),
        ratio_spread=spread(ratios),
        cpu_ms=medians([one.cpu_ms for one in ours]),
        stock_cpu_ms=medians([one.cpu_ms for one in stock]),
        answer_p50_ms=round(quantile(answers, 0.5), 1),
        answer_p99_ms=round(quantile(answers, 0.99), 1),
    )


def table(found: Comparison) -> str:
    """The comparison as text."""
    lines = [
        f"{found.rounds} rounds of {found.jobs} jobs of three empty tasks, medians",
        f"{'':<14} {'Winnow':>9} {'stock':>9}",
        f"{'jobs a second':<14} {found.per_second:>9} {found.stock_per_second:>9}"
        f"   ratio {found.ratio} ({found.ratio_spread[0]} to {found.ratio_spread[1]})",
        f"{'CPU ms a job':<14} {sum(found.cpu_ms.values()):>9.1f} {sum(found.stock_cpu_ms.values()):>9.1f}",
    ]
    lines += [f"  {name:<12} {ms:>9.1f}" for name, ms in found.cpu_ms.items()]
    lines += [f"  {name:<12} {'':>9} {ms:>9.1f}" for name, ms in found.stock_cpu_ms.items()]
    return "\n".join([*lines, f"{'202 after':<14} p50 {found.answer_p50_ms} ms, p99 {found.answer_p99_ms} ms"])
