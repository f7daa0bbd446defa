"""Slows down who guesses passwords or links, and locks nobody out: each attempt counts by name and by address."""

from typing import Any

from winnow_contracts.envelope import now_ms
from winnow_index.database import Database

PAIR_FREE, ADDRESS_FREE, NAME_FREE = 5, 50, 50
"""How many failures of a quarter of an hour cost no wait: of a name from one address, of an address, of a name."""
WINDOW_MS = 900_000
_LONGEST_PAIR_WAIT_MS, _ADDRESS_WAIT_MS, _NAME_WAIT_MS = 300_000, 60_000, 10_000
_KEPT_MS = 3_600_000


class Attempts:
    """Counts attempts to sign in, over all nodes. All methods raise Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, name: str, address: str) -> int:
        """Count an attempt, as failed until it succeeds, so that many at once are no way around.

        Returns how many seconds it must wait instead, 0 for none; what has to wait is not counted.
        """
        at_ms, of = now_ms(), {"name": name, "address": address}
        with self._database.transaction() as transaction:
            transaction.rows("lock_sign_in", of)
            counted = transaction.row("count_sign_in_attempts", {**of, "since_ms": at_ms - WINDOW_MS, "now_ms": at_ms})
            assert counted is not None
            wait_ms = _free_ms(counted) - at_ms
            if wait_ms > 0:
                return -(-wait_ms // 1000)
            transaction.run("drop_old_sign_in_attempts", {"before_ms": at_ms - _KEPT_MS})
            transaction.run("add_sign_in_attempt", {**of, "now_ms": at_ms})
        return 0

    def succeeded(self, name: str, address: str) -> None:
        """Forget the failures of a name from an address."""
        with self._database.transaction() as transaction:
            transaction.run("drop_sign_in_attempts", {"name": name, "address": address})


def _free_ms(counted: dict[str, Any]) -> int:
    """From when on the next attempt is looked at.

    A name that is tried from everywhere waits too, but not from an address where its holder is signed in: who guesses
    makes strangers wait, and not the holder.
    """
    free_ms = 0
    if counted["pair"] >= PAIR_FREE:
        wait_ms = min(_LONGEST_PAIR_WAIT_MS, 1000 << min(counted["pair"] - PAIR_FREE, 20))
        free_ms = counted["pair_ms"] + wait_ms
    if counted["address"] >= ADDRESS_FREE and not counted["is_known"]:
        free_ms = max(free_ms, counted["address_ms"] + _ADDRESS_WAIT_MS)
    if counted["name"] >= NAME_FREE and not counted["is_known"]:
        free_ms = max(free_ms, counted["name_ms"] + _NAME_WAIT_MS)
    return free_ms
