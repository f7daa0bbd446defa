"""Keeps the line at each AI endpoint for all nodes: who calls, who waits, and how many concurrent calls it takes."""

from dataclasses import asdict, fields
from typing import Any

from winnow_contracts.places import FIRST_GUESS, Limit, PlaceAnswer, PlaceLeft, PlaceVerdict, PlaceWish, Waiting, decide
from winnow_index.database import Database, Transaction

_LEASE_MS = 15_000
"""A place that is not renewed for this long is free: its node died."""
_AWAKE_MS = 3_000
"""A holder that has not asked for this long counts as asleep and is passed over."""
_SLEEP_GRACE_MS = 60_000


class Places:
    """Places at endpoints. All methods raise Unavailable and TimedOut. Safe for threads and for several processes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def wish(self, wish: PlaceWish) -> PlaceAnswer:
        """A place, or how long to wait before asking again. For a holder with a place this renews it."""
        with self._database.transaction() as transaction:
            known, now_ms = _locked(transaction, wish)
            limit = known.worked(wish.work_seconds, now_ms)
            transaction.run("clear_places", {"api": wish.api})
            transaction.run("stand_in_line", _standing(wish))
            line = [Waiting(**row) for row in transaction.rows("read_line", {"api": wish.api})]
            answer = decide(line, wish, limit)
            named = {"api": wish.api, "holder": wish.holder}
            if answer.verdict is PlaceVerdict.ADMITTED:
                transaction.run("admit_call", named)
                limit = limit if any(one.admitted for one in line) else limit.entered(now_ms)
            elif answer.verdict is PlaceVerdict.SNOOZE:
                waiting = {"wait_ms": answer.wait_ms, "grace_ms": _SLEEP_GRACE_MS}
                transaction.run("snooze_place", {**named, **waiting})
            if limit != known:
                _keep(transaction, wish.api, limit)
        return answer

    def leave(self, left: PlaceLeft) -> None:
        """Free the holder's place and adjust the limit by how its call went. The place may have expired already."""
        with self._database.transaction() as transaction:
            row = transaction.row("find_call_limit", {"api": left.api})
            if row is None:
                return
            inside = sum(one["admitted"] for one in transaction.rows("read_line", {"api": left.api}))
            transaction.run("leave_place", {"api": left.api, "holder": left.holder})
            _keep(transaction, left.api, limit_of(row).learned(left, inside, row["now_ms"]))


def _locked(transaction: Transaction, wish: PlaceWish) -> tuple[Limit, int]:
    """The API's limit so far, and the database's time in Unix milliseconds. Locks the API's row."""
    known = {"api": wish.api, "told": wish.told, "ceiling": wish.ceiling, "first_guess": FIRST_GUESS}
    row = transaction.row("lock_call_limit", known)
    assert row is not None
    return limit_of(row), row["now_ms"]


def limit_of(row: dict[str, Any]) -> Limit:
    """The limit stored in a row; missing columns get the defaults."""
    return Limit(**{name.name: row[name.name] for name in fields(Limit) if name.name in row})


def _keep(transaction: Transaction, api: str, limit: Limit) -> None:
    transaction.run("learn_call_limit", {"api": api, **asdict(limit)})


def _standing(wish: PlaceWish) -> dict[str, Any]:
    return {
        "api": wish.api,
        "holder": wish.holder,
        "job_id": wish.job_id,
        "order_ms": wish.order_ms,
        "spare": wish.spare,
        "left_seconds": wish.left_seconds,
        "awake_ms": _AWAKE_MS,
        "lease_ms": _LEASE_MS,
    }
