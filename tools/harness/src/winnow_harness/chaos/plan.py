"""Plans a run: which fault strikes what, when and for how long. The same seed gives the same plan."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from winnow_harness.chaos.fault import Fault

_FIRST_SECONDS = 4.0
"""Lets work begin before the first fault."""
_GAP_SECONDS = {False: (1.5, 5.0), True: (4.0, 9.0)}
"""Seconds between two faults of processes (False), and between two of shared servers (True)."""


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One fault of a plan. Seconds count from the start of the load."""

    at_seconds: float
    fault: str
    target: str
    hold_seconds: float

    def __str__(self) -> str:
        held = f" for {self.hold_seconds:.0f} s" if self.hold_seconds else ""
        return f"{self.at_seconds:6.1f} s  {self.fault} {self.target}".rstrip() + held


def make_plan(seed: int, seconds: float, faults: Sequence[Fault], targets: Mapping[str, Sequence[str]]) -> list[Hit]:
    """Returns hits by time. Every fault comes once, as far as time allows; then each by its weight.

    ``targets`` names for each fault what it may strike. Two tracks run side by side, processes and shared servers; a
    fault that must be alone waits for both.
    """
    chance = random.Random(seed)  # noqa: S311 - a plan is to be repeatable
    free = {False: _FIRST_SECONDS, True: _FIRST_SECONDS + 2}
    hits: list[Hit] = []
    waiting = _ordered(chance, faults)
    while True:
        chosen = waiting.pop() if waiting else chance.choices(faults, [fault.weight for fault in faults])[0]
        at = (max(free.values()) if chosen.alone else free[chosen.shared]) + chance.uniform(
            *_GAP_SECONDS[chosen.shared]
        )
        hold = chance.uniform(*chosen.hold_seconds)
        if at + hold > seconds:
            if waiting:
                continue
            break
        hits.append(
            Hit(at_seconds=at, fault=chosen.name, target=chance.choice(targets[chosen.name]), hold_seconds=hold)
        )
        for track in (False, True) if chosen.alone else (chosen.shared,):
            free[track] = at + hold
    return sorted(hits, key=lambda hit: hit.at_seconds)


def _ordered(chance: random.Random, faults: Sequence[Fault]) -> list[Fault]:
    """Shuffles the faults; those that must be alone stand in the middle, where work is under way."""
    alone = [fault for fault in faults if fault.alone]
    others = [fault for fault in faults if not fault.alone]
    chance.shuffle(alone)
    chance.shuffle(others)
    half = len(others) // 2
    return [*others[:half], *alone, *others[half:]]
