"""Places: a concurrency limit on calls to an AI endpoint, shared by all nodes. A task without a place waits in line.

Index keeps the line. A node that cannot reach index keeps a line of its own, by the same rules, which are here.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import takewhile
from operator import itemgetter
from typing import ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest

FIRST_GUESS = 2.0
"""The limit of concurrent calls for an endpoint that does not state one, until its answers teach more."""
_FEWER, _MORE = 0.5, 1.0
_SLOWER = 2.5
"""The endpoint counts as full when calls take this many times as long as the fastest ones."""
_BEST_AGES = 1.02
"""The factor by which each call raises the remembered fastest pace, because an endpoint may become slower for good."""
_PACE_SHARE = 0.3
"""The weight of one call in the mean pace."""
_HALF_SECONDS = 120.0
"""After this many seconds of work an older measurement counts half, because the machine has other work too."""
_LEAST_WORK_SECONDS = 5.0
"""The least seconds of audio from which the pace is measured. A shorter call mostly measures its overhead, or the
loading of a model."""
_FIRST_WEIGHT = 0.05
_DOOR_WAIT_MS = 200
_FIRST_WAIT_MS, _LEAST_WAIT_MS, _LONGEST_WAIT_MS = 3_000, 2_000, 120_000


class PlaceVerdict(StrEnum):
    """What a request for a place gets."""

    ADMITTED = "admitted"
    """Call now. Renew the place during the call, and leave it afterwards."""
    NEXT = "next"
    """Near the front of the line: wait and ask again after ``wait_ms``."""
    SNOOZE = "snooze"
    """Far from the front: come back after ``wait_ms``. The place in line is kept."""
    BUDGET_SPENT = "budget_spent"
    """The tenant's budget of the day is spent: the holder is out of the line."""


class CallOutcome(StrEnum):
    """How a call ended, as far as that shows how much the endpoint can take."""

    OK = "ok"
    BUSY = "busy"
    """The endpoint answered 429, or took too long."""
    OTHER = "other"
    """The end shows nothing about load: the caller gave up, or the content was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceAnswer:
    """The answer to a request for a place.

    ``ahead`` is the number of calls and tasks before this one. ``wait_ms`` is when to ask again, in milliseconds, 0 if
    admitted. ``ceiling`` and ``per_minute`` are the limits in force, as operators may have set them; ``ceiling`` 0
    means that they are not told. Amounts are US dollars of the day (UTC), told if the budget is spent.
    """

    verdict: PlaceVerdict
    ahead: int = 0
    wait_ms: int = 0
    ceiling: int = 0
    per_minute: int | None = None
    spent_usd: float = 0.0
    limit_usd: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceWish(IndexRequest[PlaceAnswer]):
    """Request a place to call an API. Repeated by the same holder, it renews the holder's place."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/places")

    api: str
    """The name of the limit: the kind of call and the endpoint."""
    holder: str
    """The task's id, with the name of the part if a task makes several calls at once."""
    job_id: str
    order_ms: int
    """The order in the line, first come first served: since when the task exists (Unix milliseconds)."""
    told: int = 0
    """Concurrent calls that the endpoint states, 0 if it states none."""
    ceiling: int = 16
    """The most concurrent calls, whatever the endpoint states or its answers teach."""
    left_seconds: float = 0.0
    """The work left in the holder's task, in seconds of audio; 0 if the call is short."""
    call_seconds: float = 0.0
    """The work left in this call alone, in seconds of audio; 0 if it is not known."""
    spare: bool = False
    """An additional call of the same task, admitted only if nobody waits."""
    calling: bool = False
    """The holder's call is running: the place is renewed, and kept whatever the present limit is."""
    work_seconds: float = 0.0
    """Seconds of audio that the call has done since the holder last reported."""
    tenant_id: str = ""
    """Whose budget and limits count; empty from nodes of an earlier version, for which none do."""
    per_minute: int | None = None
    """The most calls a minute, 0 for no such limit; None if the rate limiter counts these calls (``rate_limits``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFreed:
    """The place is free."""

    left: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLeft(IndexRequest[PlaceFreed]):
    """Leave a place, because the holder's call ended.

    The call took ``seconds`` for ``work_seconds`` of audio; both are 0 if they show nothing.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/places/leave")

    api: str
    holder: str
    outcome: CallOutcome
    seconds: float = 0.0
    work_seconds: float = 0.0
    told_work_seconds: float = 0.0
    """How much of ``work_seconds`` the renewals have reported already."""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A task in line, or admitted.

    ``awake``: it waits and asks; the others sleep in the broker and keep their order.
    """

    holder: str
    order_ms: int
    admitted: bool
    awake: bool
    spare: bool
    left_seconds: float
    tenant_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Limit:
    """What the answered calls have shown of an API."""

    calls: float = FIRST_GUESS
    """Concurrent calls, if the endpoint does not state them."""
    pace: float = 0.0
    """Seconds that a call takes for a second of audio, as a moving mean; 0: unknown."""
    best_pace: float = 0.0
    busy_seconds: float = 0.0
    """Seconds in which ``work_seconds`` of audio were done, with any number of concurrent calls; older time counts
    less."""
    work_seconds: float = 0.0
    last_ms: int = 0
    """Up to when time is counted (Unix milliseconds): the last report of work, or the first call after idle time."""
    next_ms: int = 0
    """Before this no call is admitted that is limited by the minute (Unix milliseconds)."""

    @property
    def cost(self) -> float:
        """Seconds for each further second of audio, all calls together; 0: unknown, or measured on too little."""
        return self.busy_seconds / self.work_seconds if self.work_seconds >= _LEAST_WORK_SECONDS else 0.0

    def at_once(self, told: int, ceiling: int) -> int:
        """The limit of concurrent calls: as the endpoint states, else as learned; at least one."""
        return max(1, min(told or int(self.calls), ceiling))

    def entered(self, now_ms: int) -> "Limit":
        """The limit after a call began while no other ran: the time before was idle."""
        return replace(self, last_ms=now_ms)

    def paced(self, per_minute: int | None, now_ms: int) -> "Limit":
        """The limit after a call was admitted: the next one comes a share of a minute later."""
        return replace(self, next_ms=now_ms + math.ceil(60_000 / per_minute)) if per_minute else self

    def renewed(self, work_seconds: float, now_ms: int) -> "Limit":
        """The limit after a running call did ``work_seconds`` more audio since the last report.

        The very first report counts little: its time may be that of loading a model.
        """
        after = self.worked(work_seconds, now_ms)
        if self.work_seconds:
            return after
        return replace(
            after,
            busy_seconds=_FIRST_WEIGHT * after.busy_seconds,
            work_seconds=_FIRST_WEIGHT * after.work_seconds,
        )

    def worked(self, work_seconds: float, now_ms: int) -> "Limit":
        """The limit after any calls did ``work_seconds`` more audio since the last report."""
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
        """The limit after a call: one more if all places were taken and the call went well, half after a bad one.

        Additive increase, multiplicative decrease;
        https://en.wikipedia.org/wiki/Additive_increase/multiplicative_decrease
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


def decide(
    line: Sequence[Waiting], wish: PlaceWish, limit: Limit, *, now_ms: int = 0, caps: Mapping[str, int] | None = None
) -> PlaceAnswer:
    """The answer to ``wish``. Its holder is in ``line`` already, awake. Tenants get places in turn.

    ``caps`` has the most concurrent calls of the tenants that have a limit of their own. Who waits for that alone keeps
    nobody else waiting.
    """
    caps = caps or {}
    at_once = limit.at_once(wish.told, wish.ceiling)
    inside = [one for one in line if one.admitted]
    if wish.calling or any(one.holder == wish.holder for one in inside):
        return PlaceAnswer(verdict=PlaceVerdict.ADMITTED)
    full = {tenant for tenant, most in caps.items() if sum(one.tenant_id == tenant for one in inside) >= most}
    before = list(takewhile(lambda one: one.holder != wish.holder, _in_turn(line)))
    if wish.tenant_id in full:
        # It waits for its own tenant's calls, behind its own tenant's tasks.
        at_once, free = caps[wish.tenant_id], 0
        inside, before = ([one for one in some if one.tenant_id == wish.tenant_id] for some in (inside, before))
    else:
        free = max(0, at_once - len(inside))
        before = [one for one in before if one.tenant_id not in full]
    ahead = len(before) + len(inside)
    if sum(one.awake for one in before) < free and not (wish.spare and before):
        pause_ms = limit.next_ms - now_ms if wish.per_minute else 0
        if pause_ms <= 0:
            return PlaceAnswer(verdict=PlaceVerdict.ADMITTED)
        return PlaceAnswer(verdict=PlaceVerdict.NEXT, ahead=ahead, wait_ms=min(pause_ms, _LEAST_WAIT_MS))
    if len(before) < free + at_once or wish.spare:
        # As many tasks wait awake as there are places, the first ones in line, so that a free place is taken at once.
        wait_ms = _LEAST_WAIT_MS if wish.spare else _DOOR_WAIT_MS
        return PlaceAnswer(verdict=PlaceVerdict.NEXT, ahead=ahead, wait_ms=wait_ms)
    work_seconds = sum(one.left_seconds for one in (*inside, *before))
    # Nobody sleeps for longer than the cost was measured: a first measurement may be far off.
    worked_seconds = min(work_seconds * limit.cost, 2 * limit.busy_seconds)
    paced_seconds = len(before) * 60 / wish.per_minute if wish.per_minute else 0.0
    wait_ms = _snooze_ms(max(worked_seconds, paced_seconds))
    return PlaceAnswer(verdict=PlaceVerdict.SNOOZE, ahead=ahead, wait_ms=wait_ms)


def _in_turn(line: Sequence[Waiting]) -> list[Waiting]:
    """Those who wait, in the order in which they get places: tenants take turns, each one's own by when they came."""
    taken = Counter(one.tenant_id for one in line if one.admitted)
    turns = []
    for one in sorted((one for one in line if not one.admitted), key=lambda one: (one.spare, one.order_ms, one.holder)):
        turns.append(((one.spare, taken[one.tenant_id], one.order_ms, one.holder), one))
        taken[one.tenant_id] += 1
    return [one for _, one in sorted(turns, key=itemgetter(0))]


def _snooze_ms(seconds_before: float) -> int:
    """How long to sleep, in milliseconds: half of the time that the work before will take.

    A task that is early then waits awake; one that is late would leave a place empty.
    """
    if not seconds_before:
        return _FIRST_WAIT_MS
    return round(min(max(500 * seconds_before, _LEAST_WAIT_MS), _LONGEST_WAIT_MS))


REQUESTS = (PlaceWish, PlaceLeft)
