"""Clock check: a node whose clock is far from index's does not consume, and says so."""

from winnow_base import metrics
from winnow_chassis.worker.circuit_breaker import ConsumerBreaker
from winnow_contracts.envelope import now_ms
from winnow_journal.values import Clock

_REASON = "clock"


class ClockCheck:
    """Trips the breaker while this node's clock is more than ``limit_seconds`` from the time that index told last.

    While index is away nothing is assumed: what it told last stands, and before it told anything the clock is right.
    """

    def __init__(self, breaker: ConsumerBreaker, limit_seconds: float, clock: Clock = now_ms) -> None:
        self._breaker = breaker
        self._limit_seconds = limit_seconds
        self._clock = clock

    def told(self, told_ms: int, round_trip_seconds: float) -> bool:
        """Judge by the time that index's answer carried, just now; returns whether this node's clock is right.

        ``told_ms`` is 0 from an index of an earlier version, which tells no time. The answer is taken to have been
        written half a round trip ago.
        """
        if not told_ms:
            return True
        ahead_seconds = (self._clock() - told_ms) / 1000 - round_trip_seconds / 2
        metrics.CLOCK_AHEAD.set(ahead_seconds)
        if abs(ahead_seconds) <= self._limit_seconds:
            self._breaker.reset(_REASON)
            return True
        side = "ahead of" if ahead_seconds > 0 else "behind"
        self._breaker.trip(
            _REASON,
            f"this node's clock is {abs(ahead_seconds):.0f} s {side} index's, more than the {self._limit_seconds:g} s"
            " allowed; set the clock, and let a daemon such as chrony keep it",
        )
        return False
