"""What happened lately as plots: throughput, failures, and how long actors wait and run."""

from collections.abc import Sequence
from dataclasses import dataclass

from winnow_contracts.index_api.activity import Activity, ActorTimes
from winnow_web.ops.plots import Plot, Series


def throughput(activity: Activity) -> Plot:
    """Returns the tasks that completed, by slice of time."""
    return _counts(activity, "throughput", "Throughput", "completed", [one.completed for one in activity.slices])


def failures(activity: Activity) -> Plot:
    """Returns the tasks that failed for good, by slice of time."""
    return _counts(activity, "failures", "Failures", "failed for good", [one.dead for one in activity.slices])


@dataclass(frozen=True, kw_only=True)
class TimeRow:
    """An actor's waits or runs: its percentiles in milliseconds, and their shares (0 to 100) of the longest of all."""

    actor: str
    ended: int
    p50_ms: float
    p95_ms: float
    p50_share: float
    p95_share: float


def waits(actors: Sequence[ActorTimes]) -> list[TimeRow]:
    """Returns how long tasks waited before they began, the longest first; without actors of which it is not known."""
    return _rows([(one.actor, one.ended, one.wait_p50_ms, one.wait_p95_ms) for one in actors])


def runs(actors: Sequence[ActorTimes]) -> list[TimeRow]:
    """Returns how long tasks ran, the longest first; without actors of which it is not known."""
    return _rows([(one.actor, one.ended, one.run_p50_ms, one.run_p95_ms) for one in actors])


def _counts(activity: Activity, name: str, title: str, label: str, counts: Sequence[int]) -> Plot:
    minutes = activity.slice_seconds / 60
    unit = "tasks a minute" if minutes == 1 else f"tasks in {minutes:g} minutes"
    return Plot(
        name=name,
        title=title,
        unit=unit,
        times_ms=tuple(one.at_ms for one in activity.slices),
        series=(Series(label=label, values=tuple(counts)),),
        shape="bars",
    )


def _rows(times: Sequence[tuple[str, int, float | None, float | None]]) -> list[TimeRow]:
    known = [(actor, ended, p50, p95) for actor, ended, p50, p95 in times if p50 is not None and p95 is not None]
    longest_ms = max((p95 for _, _, _, p95 in known), default=0.0) or 1.0
    rows = [
        TimeRow(
            actor=actor,
            ended=ended,
            p50_ms=p50,
            p95_ms=p95,
            p50_share=round(100 * p50 / longest_ms, 1),
            p95_share=round(100 * p95 / longest_ms, 1),
        )
        for actor, ended, p50, p95 in known
    ]
    return sorted(rows, key=lambda row: (-row.p95_ms, row.actor))
