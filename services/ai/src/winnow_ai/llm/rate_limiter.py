"""Rate limiter: index reserves calls for all nodes; while it is away a node keeps to its own share."""

from winnow_ai.clock import Clock
from winnow_ai.index_calls import Index, IndexCalls
from winnow_ai.llm.local_limiter import LocalLimiter
from winnow_contracts.rate_limits import GiveTurnBack, HoldApi, Reservation, ReservationRequest

_LONGEST_HOLD_MS = 86_400_000


class RateLimiter:
    """Gives turns to the tasks of one process. Safe for threads; raises nothing."""

    def __init__(self, index: Index, share: LocalLimiter, clock: Clock) -> None:
        self._index = IndexCalls(index, clock, "this node keeps to its own share of turns")
        self._share = share
        self._clock = clock

    def take(self, wish: ReservationRequest) -> Reservation:
        """Index's answer, or the own share's."""
        answer = self._index.ask(wish)
        if answer is None:
            return self._share.take(wish, self._clock.now_ms())
        self._share.note(wish, answer)
        return answer

    def give_back(self, wish: ReservationRequest) -> None:
        """The call failed: whoever else wants the answer may get it. Best effort: a claim ends by itself too."""
        self._share.give_back(wish)
        self._index.ask(GiveTurnBack(tenant_id=wish.tenant_id, answer_key=wish.answer_key, holder=wish.holder))

    def hold(self, api: str, seconds: float) -> None:
        """The API asked to be left alone for ``seconds``: no node gets a turn before."""
        until_ms = self._clock.now_ms() + min(round(seconds * 1000), _LONGEST_HOLD_MS)
        self._share.hold(api, until_ms)
        self._index.ask(HoldApi(api=api, until_ms=until_ms))

    def held_until_ms(self, api: str) -> int:
        """Until when the API asked this node to be left alone, 0 where it never did."""
        return self._share.held_until_ms(api)
