"""Chooses the drills that a run's clients request, spread over its time. The same seed gives the same drills."""

import random
from dataclasses import dataclass

_SHORT_MS, _LONG_MS = (0, 5, 20, 50), (200, 500)
_HEAVY_MS = (5, 20, 50, 300, 800)
"""Milliseconds of work: enough that tasks are running and queued whenever a fault strikes."""
_BURST = 12
_DIE_AT_MOST = 4
"""Each of these kills its process three times: more would leave little else to strike."""


@dataclass(frozen=True, kw_only=True)
class WorkItem:
    """One drill to request, ``due_seconds`` after the start. ``cancel_after_seconds`` counts from its acceptance."""

    number: int
    due_seconds: float
    steps: int
    work_ms: int
    misbehave: str = ""
    cancel_after_seconds: float | None = None

    @property
    def track(self) -> str:
        """How much of its history is recorded: of every third drill its outcome alone."""
        return "full" if self.number % 3 else "outcome"


def make_wishes(seed: int, tasks: int, seconds: float, *, heavy: bool = False) -> list[WorkItem]:
    """Returns the drills by time: half of them evenly spread, half in bursts.

    ``heavy``: all at once and with longer work, and none misbehaves.
    """
    chance = random.Random(seed)  # noqa: S311 - a plan is to be repeatable
    bursts = [chance.uniform(0, seconds) for _ in range(max(tasks // (2 * _BURST), 1))]
    dues = sorted(chance.uniform(0, seconds) if chance.random() < 0.5 else chance.choice(bursts) for _ in range(tasks))
    if heavy:
        return [
            WorkItem(number=number, due_seconds=0.0, steps=1, work_ms=chance.choice(_HEAVY_MS))
            for number in range(tasks)
        ]
    wishes = [_wish(chance, number, due) for number, due in enumerate(dues)]
    for place in chance.sample(range(tasks), min(_DIE_AT_MOST, tasks // 100)):
        wishes[place] = WorkItem(number=place, due_seconds=dues[place], steps=1, work_ms=0, misbehave="die")
    return wishes


def _wish(chance: random.Random, number: int, due_seconds: float) -> WorkItem:
    work_ms = chance.choice(_SHORT_MS if chance.random() < 0.9 else _LONG_MS)
    misbehave = chance.choices(("", "permanent", "temporary"), (95, 2, 3))[0]
    cancel = chance.uniform(0, 1.5) if chance.random() < 0.04 else None
    return WorkItem(
        number=number,
        due_seconds=due_seconds,
        steps=chance.randint(1, 3),
        work_ms=work_ms,
        misbehave=misbehave,
        cancel_after_seconds=cancel,
    )
