"""A node's own line at its endpoints, used while index is away. It has index's rules, within this process."""

import threading
from dataclasses import dataclass, field, replace

from winnow_ai.clock import Clock
from winnow_contracts.places import Limit, PlaceAnswer, PlaceLeft, PlaceVerdict, PlaceWish, Waiting, decide

_AWAKE_MS = 3_000
_ASLEEP_MS = 180_000


@dataclass
class _Line:
    limit: Limit = field(default_factory=Limit)
    told: PlaceAnswer | None = None
    """Index's last answer, for the limits in force."""
    waiting: dict[str, Waiting] = field(default_factory=dict)
    seen_ms: dict[str, int] = field(default_factory=dict)


class OwnLine:
    """Admits calls by index's rules, within this node's share of each limit. Safe for threads.

    ``nodes`` is how many nodes share an endpoint; each gets that part of its limit, and at least one call. Calls that
    index admitted are noted, because they still run when index goes away.
    """

    def __init__(self, nodes: int, clock: Clock) -> None:
        self._nodes = nodes
        self._clock = clock
        self._lines: dict[str, _Line] = {}
        self._lock = threading.Lock()

    def wish(self, wish: PlaceWish) -> PlaceAnswer:
        """A place, or how long to wait before asking again."""
        with self._lock:
            line, now_ms = self._swept(wish.api), self._clock.now_ms()
            line.limit = line.limit.renewed(wish.work_seconds, now_ms)
            self._stand(line, wish, admitted=False)
            wish = self._share(line, wish)
            answer = decide(list(line.waiting.values()), wish, line.limit, now_ms=now_ms)
            here = line.waiting[wish.holder]
            if answer.verdict is PlaceVerdict.ADMITTED:
                if not any(one.admitted for one in line.waiting.values()):
                    line.limit = line.limit.entered(now_ms)
                if not here.admitted and not wish.calling:
                    line.limit = line.limit.paced(wish.per_minute, now_ms)
            line.waiting[wish.holder] = replace(
                here,
                admitted=answer.verdict is PlaceVerdict.ADMITTED,
                awake=answer.verdict is not PlaceVerdict.SNOOZE,
            )
            return answer

    def note(self, wish: PlaceWish, answer: PlaceAnswer) -> None:
        """Remember index's answer, so that this line counts the calls that index admitted."""
        with self._lock:
            line = self._swept(wish.api)
            line.told = answer
            if answer.verdict is PlaceVerdict.ADMITTED:
                here = line.waiting.get(wish.holder)
                if not wish.calling and (here is None or not here.admitted):
                    line.limit = line.limit.paced(answer.per_minute, self._clock.now_ms())
                self._stand(line, wish, admitted=True)
            else:
                line.waiting.pop(wish.holder, None)

    def leave(self, left: PlaceLeft) -> None:
        """Free the holder's place, and adjust the limit by how its call went."""
        with self._lock:
            line = self._swept(left.api)
            inside = sum(one.admitted for one in line.waiting.values())
            line.waiting.pop(left.holder, None)
            line.limit = line.limit.learned(left, inside, self._clock.now_ms())

    def _share(self, line: _Line, wish: PlaceWish) -> PlaceWish:
        """The wish with this node's share of the limits that index last told, else of the node's settings."""
        if line.told is not None and line.told.ceiling:
            wish = replace(wish, ceiling=line.told.ceiling, per_minute=line.told.per_minute)
        share = line.limit.at_once(wish.told, wish.ceiling) // self._nodes
        per_minute = max(1, wish.per_minute // self._nodes) if wish.per_minute else wish.per_minute
        return replace(wish, ceiling=max(1, share), per_minute=per_minute)

    def _stand(self, line: _Line, wish: PlaceWish, *, admitted: bool) -> None:
        before = line.waiting.get(wish.holder)
        line.seen_ms[wish.holder] = self._clock.now_ms()
        line.waiting[wish.holder] = Waiting(
            holder=wish.holder,
            order_ms=wish.order_ms,
            admitted=admitted or (before is not None and before.admitted),
            awake=True,
            spare=wish.spare,
            left_seconds=wish.left_seconds,
            tenant_id=wish.tenant_id,
        )

    def _swept(self, api: str) -> _Line:
        """The API's line after a clean-up: holders that stopped asking are marked asleep, and later removed."""
        line = self._lines.setdefault(api, _Line())
        now_ms = self._clock.now_ms()
        for holder, one in list(line.waiting.items()):
            silent_ms = now_ms - line.seen_ms.get(holder, 0)
            if not one.admitted and silent_ms > _AWAKE_MS:
                line.waiting[holder] = replace(one, awake=False)
            if silent_ms > _ASLEEP_MS and not one.admitted:
                del line.waiting[holder]
        line.seen_ms = {holder: line.seen_ms[holder] for holder in line.waiting}
        return line
