"""A task's reservations at the rate limiter. A task waits for a near one and is deferred once for a far one."""

from dataclasses import replace

from winnow_ai.budget import budget_spent
from winnow_ai.clock import Clock
from winnow_ai.llm.rate_limiter import RateLimiter
from winnow_contracts.errors import Deferred
from winnow_contracts.rate_limits import Reservation, ReservationRequest, ReservationStatus
from winnow_journal.task import Task

NEAR_MS = 1_500
"""A task waits in its thread for a reservation that is this near."""
_EARLIER_MS, _EARLIEST_MS = 1_000, 8_000
"""Each time a task is deferred, its copy comes back this much earlier, and may wait this much longer here
(see ``winnow_chassis.worker.actor_runner``)."""
LATE_MS = 500
"""A task that comes this much after its reserved moment makes a new reservation: others may use that moment now."""
_SLICE_SECONDS = 0.1
_FIRST_LOOK_MS, _LAST_LOOK_MS = 2_000, 8_000
"""How long a task is deferred, at first and at most, before it looks again for an answer another task is getting."""


class Reservations:
    """One attempt's reservations, one after another. Not for several threads.

    The copy of a deferred task carries its reservation. It belongs to the first call that has no recorded step yet,
    because that is the call which was deferred.
    """

    def __init__(self, task: Task, turns: RateLimiter, clock: Clock) -> None:
        self._task = task
        self._turns = turns
        self._clock = clock
        self._reserved_ms = task.envelope.turn_ms
        self._looked: set[str] = set()

    def drop(self) -> None:
        """Forget the carried reservation, because its answer was found in the cache."""
        self._reserved_ms = 0

    def turn(self, wish: ReservationRequest) -> int | None:
        """The near moment at which this task may call (Unix milliseconds).

        None if another task was getting the same answer and may have it now. Raises Deferred if the moment or that
        answer is farther off, and Refused (``budget-spent``).
        """
        reserved_ms, self._reserved_ms = self._reserved_ms, 0
        lapsed = self._clock.now_ms() > reserved_ms + LATE_MS or reserved_ms < self._turns.held_until_ms(wish.api)
        answer = self._turns.take(wish if lapsed else replace(wish, turn_ms=reserved_ms))
        match answer.verdict:
            case ReservationStatus.GRANTED:
                return self._near(wish, answer)
            case ReservationStatus.TAKEN:
                self._wait_for_others(wish, answer.turn_ms)
                return None
            case ReservationStatus.BUDGET_SPENT:
                raise budget_spent(answer.spent_usd, answer.limit_usd)

    def wait_until(self, moment_ms: int) -> None:
        """Sleep until ``moment_ms``; return at once if it is past. Raises what ``Task.check_call`` raises."""
        while (left_ms := moment_ms - self._clock.now_ms()) > 0:
            self._task.check_call()
            self._clock.sleep(min(left_ms / 1000, _SLICE_SECONDS))

    def _near(self, wish: ReservationRequest, reservation: Reservation) -> int:
        near_ms = NEAR_MS + min(_EARLIER_MS * self._task.envelope.deferred, _EARLIEST_MS)
        if reservation.turn_ms - self._clock.now_ms() > near_ms:
            limit = reservation.per_minute or wish.per_minute
            raise Deferred(f"the limit of {limit} {wish.api} calls a minute is reached", turn_ms=reservation.turn_ms)
        return reservation.turn_ms

    def _wait_for_others(self, wish: ReservationRequest, look_ms: int) -> None:
        now_ms = self._clock.now_ms()
        if look_ms - now_ms <= NEAR_MS and wish.answer_key not in self._looked:
            self._looked.add(wish.answer_key)
            self.wait_until(look_ms)
            return
        # Defer for longer each time: every deferral is recorded, and a slow answer would fill pages.
        pause_ms = min(_FIRST_LOOK_MS << min(self._task.envelope.deferred, 8), _LAST_LOOK_MS)
        raise Deferred(
            "another task is getting this very answer", turn_ms=max(look_ms, now_ms + pause_ms), reserved=False
        )
