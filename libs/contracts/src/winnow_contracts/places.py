"""Places: how many calls an AI endpoint serves at once, shared by all nodes. Who has no place waits in line.

Index keeps the line; a node that does not reach index keeps one of its own by the same rules, which are here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest

FIRST_GUESS = 2.0
"""Calls at once at an endpoint that does not tell how many it serves, until its answers teach more."""
_FEWER, _MORE = 0.5, 1.0
_SLOWER = 2.5
"""Calls that take so many times as long as the fastest did say that the endpoint is full."""
_BEST_AGES = 1.02
"""The fastest pace is forgotten by this much a call: an endpoint may become slower for good."""
_PACE_SHARE = 0.3
"""How much one call counts in the mean pace."""
_HALF_SECONDS = 120.0
"""After so many seconds of work, what was measured before counts half: a machine has other work too."""
_LEAST_WORK_SECONDS = 5.0
"""Less sound than this says what a call costs, or what it costs to load a model, and not what sound does."""
_DOOR_WAIT_MS = 200
_FIRST_WAIT_MS, _LEAST_WAIT_MS, _LONGEST_WAIT_MS = 3_000, 2_000, 120_000


class PlaceVerdict(StrEnum):
    """What a wish for a place gets."""

    ADMITTED = "admitted"
    """Call now; renew the place while the call runs, and leave it afterwards."""
    NEXT = "next"
    """Near the front of the line: stay and ask again at once."""
    SNOOZE = "snooze"
    """Far from the front: come back in ``wait_ms``. The place in line is kept."""


class CallOutcome(StrEnum):
    """How a call went, as far as it tells how much the endpoint can take."""

    OK = "ok"
    BUSY = "busy"
    """It answered 429, or took too long."""
    OTHER = "other"
    """It says nothing of that: the caller gave up, or the content was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceAnswer:
    """The answer to a wish. ``ahead``: how many go before; ``wait_ms``: when to ask again, 0 for one admitted."""

    verdict: PlaceVerdict
    ahead: int = 0
    wait_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceWish(IndexRequest[PlaceAnswer]):
    """A task wants to call an API. Repeated by the same holder it renews what that holds."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/places")

    api: str
    """Which limit: the kind of call and the endpoint."""
    holder: str
    """The task's id, with a part's name where a task makes several calls at once."""
    job_id: str
    order_ms: int
    """First come, first served: since when the task is wanted (Unix milliseconds)."""
    told: int = 0
    """Calls at once as the endpoint tells them, 0 where it does not."""
    ceiling: int = 16
    """Never more calls at once than this, whatever is told or learned."""
    left_seconds: float = 0.0
    """Work of the holder's task from here on: seconds of sound to hear, 0 where the call is short."""
    spare: bool = False
    """A second call of the same task: only where nobody waits."""
    calling: bool = False
    """Its call runs: the place is renewed, and kept whatever the limit is by now."""
    work_seconds: float = 0.0
    """How much of its work the call has done since it last told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFreed:
    """The place is free."""

    left: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLeft(IndexRequest[PlaceFreed]):
    """A holder's call ended. ``seconds`` it took for ``work_seconds`` of sound; both 0 where that tells nothing."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/places/leave")

    api: str
    holder: str
    outcome: CallOutcome
    seconds: float = 0.0
    work_seconds: float = 0.0
    told_work_seconds: float = 0.0
    """How much of ``work_seconds`` its renewals told already."""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One in line. ``awake``: it stands there and asks; the others sleep in the broker and keep their order."""

    holder: str
    order_ms: int
    admitted: bool
    awake: bool
    spare: bool
    left_seconds: float


@dataclass(frozen=True, kw_only=True)
class Limit:
    """What is known of an API, from the calls that it answered."""

    calls: float = FIRST_GUESS
    """Calls at once, where it does not tell how many."""
    pace: float = 0.0
    """Seconds that a call takes for a second of sound, a moving mean; 0: unknown."""
    best_pace: float = 0.0
    busy_seconds: float = 0.0
    """Time in which it did ``work_seconds`` of sound, whatever ran side by side; older times count less."""
    work_seconds: float = 0.0
    last_ms: int = 0
    """Up to when its time is counted: when work was last told of, or an idle endpoint was called."""

    @property
    def cost(self) -> float:
        """Seconds until another second of sound is done, all calls together; 0: unknown."""
        return self.busy_seconds / self.work_seconds if self.work_seconds else 0.0

    def at_once(self, told: int, ceiling: int) -> int:
        """Calls at once: as told, else as learned; one at least."""
        return max(1, min(told or int(self.calls), ceiling))

    def entered(self, now_ms: int) -> "Limit":
        """With a call that begins while no other runs: the time before was idle."""
        return replace(self, last_ms=now_ms)

    def worked(self, work_seconds: float, now_ms: int) -> "Limit":
        """With ``work_seconds`` more done since work was last told of, by whichever call."""
        if work_seconds <= 0:
            return self
        if work_seconds < _LEAST_WORK_SECONDS:
            return replace(self, last_ms=now_ms)
        fresh_seconds = max(0, now_ms - self.last_ms) / 1000
        older = 0.5 ** (fresh_seconds / _HALF_SECONDS)
        return replace(
            self,
            busy_seconds=self.busy_seconds * older + fresh_seconds,
            work_seconds=self.work_seconds * older + work_seconds,
            last_ms=now_ms,
        )

    def learned(self, left: PlaceLeft, calls_now: int, now_ms: int) -> "Limit":
        """After a call: one more is tried where all places were taken and it went well, half of them where it did not.

        Additive increase, multiplicative decrease; https://en.wikipedia.org/wiki/Additive_increase/multiplicative_decrease
        """
        calls, pace, best = self.calls, self.pace, self.best_pace
        slow = False
        if left.outcome is CallOutcome.OK and left.work_seconds >= _LEAST_WORK_SECONDS:
            measured = left.seconds / left.work_seconds
            pace = measured if not pace else pace + _PACE_SHARE * (measured - pace)
            best = min(measured, best * _BEST_AGES) if best else measured
            slow = measured > _SLOWER * best
        if left.outcome is CallOutcome.BUSY:
            calls = max(1.0, calls * _FEWER)
        elif left.outcome is CallOutcome.OK and not slow and calls_now >= int(calls):
            calls += _MORE / max(calls, 1.0)
        untold_seconds = left.work_seconds - left.told_work_seconds if left.outcome is CallOutcome.OK else 0.0
        return replace(self.worked(untold_seconds, now_ms), calls=calls, pace=pace, best_pace=best)


def decide(line: Sequence[Waiting], wish: PlaceWish, limit: Limit) -> PlaceAnswer:
    """What ``wish`` gets; its holder stands in ``line`` already, awake."""
    at_once = limit.at_once(wish.told, wish.ceiling)
    inside = [one for one in line if one.admitted]
    if wish.calling or any(one.holder == wish.holder for one in inside):
        return PlaceAnswer(verdict=PlaceVerdict.ADMITTED)
    order = wish.spare, wish.order_ms, wish.holder
    before = [one for one in line if not one.admitted and (one.spare, one.order_ms, one.holder) < order]
    awake, free = sum(one.awake for one in before), max(0, at_once - len(inside))
    if awake < free and not (wish.spare and before):
        return PlaceAnswer(verdict=PlaceVerdict.ADMITTED)
    ahead = len(before) + len(inside)
    if len(before) < free + at_once or wish.spare:
        # As many stand at the door as there are places, the first of all: one that is left is taken at once.
        wait_ms = _LEAST_WAIT_MS if wish.spare else _DOOR_WAIT_MS
        return PlaceAnswer(verdict=PlaceVerdict.NEXT, ahead=ahead, wait_ms=wait_ms)
    work_seconds = sum(one.left_seconds for one in (*inside, *before))
    return PlaceAnswer(verdict=PlaceVerdict.SNOOZE, ahead=ahead, wait_ms=_snooze_ms(work_seconds * limit.cost))


def _snooze_ms(seconds_before: float) -> int:
    """Half of the time that those before will take: who is early waits at the door, who is late leaves a gap."""
    if not seconds_before:
        return _FIRST_WAIT_MS
    return round(min(max(500 * seconds_before, _LEAST_WAIT_MS), _LONGEST_WAIT_MS))


REQUESTS = (PlaceWish, PlaceLeft)
