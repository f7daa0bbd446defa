"""A node's own rate limiter, used while index is away: it keeps this process to its share of each limit."""

import math
import threading
from dataclasses import dataclass

from winnow_contracts.rate_limits import Reservation, ReservationRequest, ReservationStatus

_LOOK_MS = 1_500
"""How long after a reservation to look in the cache for the answer that its task is getting."""
_MINUTE_MS = 60_000


@dataclass(frozen=True, kw_only=True)
class _Claim:
    holder: str
    turn_ms: int
    until_ms: int


class LocalLimiter:
    """Makes reservations by index's rules, within this node's share of each limit. Safe for threads.

    ``nodes`` is how many nodes share a limit. Reservations that index granted this node are noted, so that the
    node's own reservations come after them.
    """

    def __init__(self, nodes: int) -> None:
        self._nodes = nodes
        self._free_ms: dict[str, float] = {}
        self._held_until_ms: dict[str, int] = {}
        self._claims: dict[tuple[str, str], _Claim] = {}
        self._per_minute: dict[str, int] = {}
        self._lock = threading.Lock()

    def take(self, wish: ReservationRequest, now_ms: int) -> Reservation:
        """A reservation, or when to look for the answer that another task of this process is getting."""
        with self._lock:
            claim = self._live_claims(now_ms).get((wish.tenant_id, wish.answer_key))
            if claim is not None and claim.holder != wish.holder:
                look_ms = min(max(claim.turn_ms, now_ms) + _LOOK_MS, claim.until_ms)
                return Reservation(verdict=ReservationStatus.TAKEN, turn_ms=look_ms)
            if wish.turn_ms:
                return Reservation(verdict=ReservationStatus.GRANTED, turn_ms=wish.turn_ms)
            turn_ms = math.ceil(max(now_ms, self._free_ms.get(wish.api, 0)))
            self._note(wish, turn_ms)
            return Reservation(verdict=ReservationStatus.GRANTED, turn_ms=turn_ms)

    def note(self, wish: ReservationRequest, answer: Reservation) -> None:
        """Remember a reservation that index granted, and the limit in force there."""
        if answer.verdict is ReservationStatus.GRANTED:
            with self._lock:
                self._per_minute[wish.api] = answer.per_minute or self._per_minute.get(wish.api, wish.per_minute)
                self._note(wish, answer.turn_ms)

    def give_back(self, wish: ReservationRequest) -> None:
        """End the holder's claim, so that others may get the answer. The reserved moment is not reused."""
        with self._lock:
            key = wish.tenant_id, wish.answer_key
            claim = self._claims.get(key)
            if claim is not None and claim.holder == wish.holder:
                del self._claims[key]

    def hold(self, api: str, until_ms: int) -> None:
        """Make no reservation at ``api`` before ``until_ms`` (Unix milliseconds)."""
        with self._lock:
            self._free_ms[api] = max(self._free_ms.get(api, 0), until_ms)
            self._held_until_ms[api] = max(self._held_until_ms.get(api, 0), until_ms)

    def held_until_ms(self, api: str) -> int:
        """When ``api`` may be called again after it asked to be left alone (Unix milliseconds); 0 if it never did."""
        with self._lock:
            return self._held_until_ms.get(api, 0)

    def _note(self, wish: ReservationRequest, turn_ms: int) -> None:
        spacing_ms = _MINUTE_MS * self._nodes / self._per_minute.get(wish.api, wish.per_minute)
        self._free_ms[wish.api] = max(self._free_ms.get(wish.api, 0), turn_ms + spacing_ms)
        until_ms = turn_ms + round(wish.claim_seconds * 1000)
        self._claims[wish.tenant_id, wish.answer_key] = _Claim(holder=wish.holder, turn_ms=turn_ms, until_ms=until_ms)

    def _live_claims(self, now_ms: int) -> dict[tuple[str, str], _Claim]:
        self._claims = {key: claim for key, claim in self._claims.items() if claim.until_ms > now_ms}
        return self._claims
