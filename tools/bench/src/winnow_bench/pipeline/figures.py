"""The figures of ``winnow bench pipeline``, and how they are shown."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from winnow_bench.measures import medians, spread

STAGES = {
    "check": "media.examine",
    "extract": "media.prepare_recording",
    "transcribe": "ai.transcribe_audio",
    "embed": "ai.embed_transcript",
    "store": "index.store_recording",
}
"""The actor of each stage, in their order."""
WAITING = "between stages"


@dataclass(frozen=True, kw_only=True)
class Round:
    """One round of one side. ``cpu_ms`` is processor time by part, ``stage_ms`` time by stage, for one recording."""

    recordings: int
    seconds: float
    cpu_ms: Mapping[str, float]
    stage_ms: Mapping[str, float]

    @property
    def per_second(self) -> float:
        """Recordings in a second, from the first upload to the last end."""
        return self.recordings / self.seconds


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Medians over the rounds. Ratios are Winnow's figure over the script's, of the same round."""

    rounds: int
    recordings: int
    per_second: float
    script_per_second: float
    ratio: float
    ratio_spread: tuple[float, float]
    cpu_ratio: float
    cpu_ratio_spread: tuple[float, float]
    cpu_ms: dict[str, float]
    script_cpu_ms: dict[str, float]
    stage_ms: dict[str, float]


def stage_times(events: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Milliseconds that one job's last attempts took by stage, and those in which none of them ran, from its events.

    Empty while a stage's end is not told of yet.
    """
    began, ended = _times(events, "started"), _times(events, "completed")
    if not ended.keys() >= set(STAGES.values()):
        return {}
    took = {stage: float(ended[actor] - began[actor]) for stage, actor in STAGES.items()}
    whole = ended[STAGES["store"]] - began[STAGES["check"]]
    return {**took, WAITING: max(0.0, whole - sum(took.values()))}


def compare(ours: Sequence[Round], script: Sequence[Round]) -> Comparison:
    """The medians of rounds that were run in turn."""
    pairs = list(zip(ours, script, strict=True))
    ratios = [mine.per_second / bare.per_second for mine, bare in pairs]
    cpu_ratios = [sum(mine.cpu_ms.values()) / sum(bare.cpu_ms.values()) for mine, bare in pairs]
    stages = medians([one.stage_ms for one in ours])
    return Comparison(
        rounds=len(ours),
        recordings=ours[0].recordings,
        per_second=round(statistics.median(one.per_second for one in ours), 2),
        script_per_second=round(statistics.median(one.per_second for one in script), 2),
        ratio=round(statistics.median(ratios), 3),
        ratio_spread=spread(ratios),
        cpu_ratio=round(statistics.median(cpu_ratios), 2),
        cpu_ratio_spread=spread(cpu_ratios),
        cpu_ms=medians([one.cpu_ms for one in ours]),
        script_cpu_ms=medians([one.cpu_ms for one in script]),
        stage_ms={stage: stages[stage] for stage in (*STAGES, WAITING)},
    )


def table(found: Comparison) -> str:
    """The comparison as text."""
    lines = [
        f"{found.rounds} rounds of {found.recordings} recordings, medians",
        f"{'':<24} {'Winnow':>9} {'script':>9}",
        f"{'recordings a second':<24} {found.per_second:>9} {found.script_per_second:>9}"
        f"   ratio {found.ratio} ({found.ratio_spread[0]} to {found.ratio_spread[1]})",
        f"{'CPU ms a recording':<24} {sum(found.cpu_ms.values()):>9.0f} {sum(found.script_cpu_ms.values()):>9.0f}"
        f"   ratio {found.cpu_ratio} ({found.cpu_ratio_spread[0]} to {found.cpu_ratio_spread[1]})",
        *(f"  {part:<22} {ms:>9.1f}" for part, ms in found.cpu_ms.items()),
        *(f"  {part:<22} {'':>9} {ms:>9.1f}" for part, ms in found.script_cpu_ms.items()),
        "ms a recording, by stage",
        *(f"  {stage:<22} {ms:>9.1f}" for stage, ms in found.stage_ms.items()),
    ]
    return "\n".join(lines)


def _times(events: Sequence[Mapping[str, Any]], kind: str) -> dict[str, int]:
    """When each actor's last event of a kind was, in Unix milliseconds."""
    return {event["actor"]: event["at_ms"] for event in events if event["kind"] == kind}
