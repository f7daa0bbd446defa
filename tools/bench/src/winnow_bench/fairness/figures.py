"""What the bench of fairness takes from a job's history, and how its figures are shown."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

STARTED, ENQUEUED, COMPLETED = "started", "enqueued", "completed"
LAST_ACTOR = "index.store_recording"


@dataclass(frozen=True, kw_only=True)
class JobTimes:
    """Of one job, in seconds: from acceptance to its first task's start, the longest wait of a task, and the whole."""

    start: float
    longest_wait: float
    whole: float


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Seconds: the half, and the most."""

    p50: float
    most: float


@dataclass(frozen=True, kw_only=True)
class Singles:
    """The single jobs of one turn."""

    jobs: int
    start_seconds: Spread
    longest_wait_seconds: Spread
    whole_seconds: Spread


def job_times(events: Sequence[Mapping[str, Any]], accepted_ms: float) -> JobTimes | None:
    """A recording's times by its events, from ``accepted_ms`` (Unix); None while its end is not told of yet."""
    began = _first(events, STARTED)
    ends = [event["at_ms"] for event in events if (event["kind"], event["actor"]) == (COMPLETED, LAST_ACTOR)]
    if not ends or not began:
        return None
    waits_ms = [began[task] - at_ms for task, at_ms in _first(events, ENQUEUED).items() if task in began]
    return JobTimes(
        start=max(0.0, min(began.values()) - accepted_ms) / 1000,
        longest_wait=max(waits_ms, default=0) / 1000,
        whole=(max(ends) - accepted_ms) / 1000,
    )


def _first(events: Sequence[Mapping[str, Any]], kind: str) -> dict[str, int]:
    """When each task first did so, in Unix milliseconds."""
    found: dict[str, int] = {}
    for event in events:
        if event["kind"] == kind:
            found[event["task_id"]] = min(event["at_ms"], found.get(event["task_id"], event["at_ms"]))
    return found


def singles(times: Sequence[JobTimes]) -> Singles:
    """The jobs of one turn together."""
    return Singles(
        jobs=len(times),
        start_seconds=_spread([one.start for one in times]),
        longest_wait_seconds=_spread([one.longest_wait for one in times]),
        whole_seconds=_spread([one.whole for one in times]),
    )


def _spread(seconds: Sequence[float]) -> Spread:
    return Spread(p50=round(statistics.median(seconds), 3), most=round(max(seconds), 3))


def table(found: Mapping[str, Singles]) -> str:
    """The turns as text."""
    lines = [f"{'seconds, half and most':<28} {'start':>16} {'longest wait':>16} {'whole':>16}"]
    for name, one in found.items():
        spreads = (one.start_seconds, one.longest_wait_seconds, one.whole_seconds)
        cells = "".join(f" {spread.p50:>8.2f}{spread.most:>8.2f}" for spread in spreads)
        lines.append(f"{name:<28}{cells}")
    return "\n".join(lines)
