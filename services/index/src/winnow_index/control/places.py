"""Keeps the line at each AI endpoint for all nodes: who calls, who waits, and how many concurrent calls it takes."""

from dataclasses import asdict, fields, replace
from typing import Any

from winnow_contracts.places import (
    FIRST_GUESS,
    CallOutcome,
    Limit,
    PlaceAnswer,
    PlaceLeft,
    PlaceVerdict,
    PlaceWish,
    Waiting,
    decide,
)
from winnow_index.control.limits import log_calls
from winnow_index.database import Database, Transaction
from winnow_index.usage.budgets import UNLIMITED, Budgets
from winnow_index.usage.usage import spent_on, today

_LEASE_MS = 15_000
"""A place that is not renewed for this long is free: its node died."""
_AWAKE_MS = 3_000
"""A holder that has not asked for this long counts as asleep and is passed over."""
_SLEEP_GRACE_MS = 60_000


class Places:
    """Places at endpoints. All methods raise Unavailable and TimedOut. Safe for threads and for several processes."""

    def __init__(self, database: Database, budgets: Budgets = UNLIMITED) -> None:
        self._database = database
        self._budgets = budgets

    def wish(self, wish: PlaceWish) -> PlaceAnswer:
        """A place, or how long to wait before asking again. For a holder with a place this renews it.

        What operators have set goes before the limits that the wish tells.
        """
        with self._database.transaction() as transaction:
            row = _locked(transaction, wish)
            wish, caps = _in_force(wish, row)
            known, now_ms = limit_of(row), row["now_ms"]
            limit = known.renewed(wish.work_seconds, now_ms)
            transaction.run("clear_places", {"api": wish.api})
            transaction.run("stand_in_line", _standing(wish))
            line = [Waiting(**row) for row in transaction.rows("read_line", {"api": wish.api})]
            answer = decide(line, wish, limit, now_ms=now_ms, caps=caps)
            inside = {one.holder for one in line if one.admitted}
            if answer.verdict is PlaceVerdict.ADMITTED and not wish.calling and wish.holder not in inside:
                answer = self._within_budget(transaction, wish, answer)
                limit = limit.paced(wish.per_minute, now_ms)
            named = {"api": wish.api, "holder": wish.holder}
            match answer.verdict:
                case PlaceVerdict.ADMITTED:
                    transaction.run("admit_call", named)
                    limit = limit if inside else limit.entered(now_ms)
                case PlaceVerdict.SNOOZE:
                    waiting = {"wait_ms": answer.wait_ms, "grace_ms": _SLEEP_GRACE_MS}
                    transaction.run("snooze_place", {**named, **waiting})
                case PlaceVerdict.BUDGET_SPENT:
                    transaction.run("leave_place", named)
            if limit != known:
                _keep(transaction, wish.api, limit)
        return replace(answer, ceiling=wish.ceiling, per_minute=wish.per_minute)

    def leave(self, left: PlaceLeft) -> None:
        """Free the holder's place and adjust the limit by how its call went. The place may have expired already."""
        with self._database.transaction() as transaction:
            row = transaction.row("find_call_limit", {"api": left.api})
            if row is None:
                return
            inside = sum(one["admitted"] for one in transaction.rows("read_line", {"api": left.api}))
            place = transaction.row("leave_place", {"api": left.api, "holder": left.holder})
            if place and left.outcome is CallOutcome.BUSY:
                log_calls(transaction, left.api, place["tenant_id"], refused=True)
            _keep(transaction, left.api, limit_of(row).learned(left, inside, row["now_ms"]))

    def _within_budget(self, transaction: Transaction, wish: PlaceWish, admitted: PlaceAnswer) -> PlaceAnswer:
        """``admitted``, or the refusal if the tenant's budget is spent, as far as the events of calls have arrived."""
        limit_usd = self._budgets.limit_usd(wish.tenant_id) if wish.tenant_id else 0
        spent_usd = spent_on(transaction, wish.tenant_id, today()) if limit_usd else 0
        refused = 0 < limit_usd <= spent_usd
        log_calls(transaction, wish.api, wish.tenant_id, used=not refused, refused=refused)
        if not refused:
            return admitted
        return PlaceAnswer(verdict=PlaceVerdict.BUDGET_SPENT, spent_usd=spent_usd, limit_usd=limit_usd)


def _locked(transaction: Transaction, wish: PlaceWish) -> dict[str, Any]:
    """The API's limit so far, what operators have set, and the database's time (Unix milliseconds). Locks the row."""
    told = {"told": wish.told, "ceiling": wish.ceiling, "per_minute": wish.per_minute, "first_guess": FIRST_GUESS}
    row = transaction.row("lock_call_limit", {"api": wish.api, "use": wish.api.split()[0], **told})
    assert row is not None
    return row


def _in_force(wish: PlaceWish, row: dict[str, Any]) -> tuple[PlaceWish, dict[str, int]]:
    """The wish with the limits that hold for it, and the limits that single tenants have."""
    caps = {tenant_id: value for tenant_id, value in (row["at_once"] or {}).items() if tenant_id}
    per_minute = wish.per_minute if wish.per_minute is None else row["set_per_minute"] or wish.per_minute
    return replace(wish, ceiling=row["ceiling"], per_minute=per_minute), caps


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
        "call_seconds": wish.call_seconds,
        "tenant_id": wish.tenant_id,
        "awake_ms": _AWAKE_MS,
        "lease_ms": _LEASE_MS,
    }
