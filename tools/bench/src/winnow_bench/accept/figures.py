"""The figures of ``winnow bench accept``, and how they are shown."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from winnow_bench.accept.loops import Answers
from winnow_bench.measures import medians, quantile, spread


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One loop of one side. ``jobs`` is how many each answer accepts; ``cpu_ms`` of each part is for one job."""

    answers: Answers
    jobs: int
    cpu_ms: Mapping[str, float]

    @property
    def per_second(self) -> float:
        """Jobs accepted in a second."""
        return self.answers.per_second * self.jobs


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """One side under one loop: medians over the rounds, with the spread of jobs a second and of the p99."""

    rounds: int
    per_second: float
    per_second_spread: tuple[float, float]
    p50_ms: float
    p99_ms: float
    p99_spread_ms: tuple[float, float]
    cpu_ms: dict[str, float]


def acceptance(turns: Sequence[Turn]) -> Acceptance:
    """The medians of one side's turns."""
    p99s_ms = [quantile(turn.answers.waits_ms, 0.99) for turn in turns]
    return Acceptance(
        rounds=len(turns),
        per_second=round(statistics.median(turn.per_second for turn in turns), 1),
        per_second_spread=spread([turn.per_second for turn in turns]),
        p50_ms=round(statistics.median(quantile(turn.answers.waits_ms, 0.5) for turn in turns), 2),
        p99_ms=round(statistics.median(p99s_ms), 2),
        p99_spread_ms=spread(p99s_ms),
        cpu_ms=medians([turn.cpu_ms for turn in turns]),
    )


def table(found: Mapping[str, Acceptance]) -> str:
    """The acceptances as text, by side and loop."""
    lines = [f"{'':<34} {'jobs/s':>8} {'p50 ms':>8} {'p99 ms':>8}  spread of p99, CPU ms a job"]
    for name, one in found.items():
        cpu = ", ".join(f"{part} {ms:.2f}" for part, ms in one.cpu_ms.items())
        lines.append(
            f"{name:<34} {one.per_second:>8.0f} {one.p50_ms:>8.2f} {one.p99_ms:>8.2f}"
            f"  {one.p99_spread_ms[0]:.1f} to {one.p99_spread_ms[1]:.1f}, {cpu}"
        )
    return "\n".join(lines)
