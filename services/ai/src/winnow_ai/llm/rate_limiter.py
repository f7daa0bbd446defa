"""Rate limiter: index reserves calls for all nodes; while it is away, a node keeps to its own share."""

from winnow_ai.clock import Clock
from winnow_ai.index_calls import Index, IndexCalls
from winnow_ai.llm.local_limiter import LocalLimiter
from winnow_contracts.rate_limits import GiveTurnBack, HoldApi, Reservation, ReservationRequest

_LONGEST_HOLD_MS = 86_400_000


class RateLimiter:
    """Reserves calls to limited APIs for the tasks of one process. Safe for threads; raises nothing.

    Example::

        reservation = limiter.take(request)
        if reservation.verdict is ReservationStatus.GRANTED:
            sleep_until(reservation.turn_ms)
            try:
                answer = call()
            except RateLimited as error:
                limiter.hold(request.api, error.retry_after_seconds)
                limiter.give_back(request)
                raise
    """

    def __init__(self, index: Index, share: LocalLimiter, clock: Clock) -> None:
        self._index = IndexCalls(index, clock, "this node keeps to its own share of turns")
        self._share = share
        self._clock = clock

    def take(self, wish: ReservationRequest) -> Reservation:
        """A reservation from index, or from this node's own share while index is away.

        The verdict is GRANTED with the moment of the call (``turn_ms``, Unix milliseconds), TAKEN with the moment to
        look for the answer that another task is getting, or BUDGET_SPENT.
        """
        answer = self._index.ask(wish)
        if answer is None:
            return self._share.take(wish, self._clock.now_ms())
        self._share.note(wish, answer)
        return answer

    def give_back(self, wish: ReservationRequest) -> None:
        """End the claim on an answer after a failed call, so that another task may get it.

        Index may miss this; a claim also ends by itself.
        """
        self._share.give_back(wish)
        self._index.ask(GiveTurnBack(tenant_id=wish.tenant_id, answer_key=wish.answer_key, holder=wish.holder))

    def hold(self, api: str, seconds: float) -> None:
        """Make no reservation on any node for ``seconds``, one day at most, because the API asked for that."""
        until_ms = self._clock.now_ms() + min(round(seconds * 1000), _LONGEST_HOLD_MS)
        self._share.hold(api, until_ms)
        self._index.ask(HoldApi(api=api, until_ms=until_ms))

    def held_until_ms(self, api: str) -> int:
        """When ``api`` may be called again after ``hold`` on this node (Unix milliseconds); 0 without a hold."""
        return self._share.held_until_ms(api)
