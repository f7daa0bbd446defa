"""Rate limiter and single flight for all nodes: reserves calls to limited APIs, and lets one task get each answer."""

from winnow_contracts.rate_limits import Reservation, ReservationRequest, ReservationStatus
from winnow_index.control.limits import log_calls
from winnow_index.database import Database, Transaction
from winnow_index.usage.budgets import Budgets
from winnow_index.usage.usage import spent_on, today


class RateLimits:
    """Reserves calls and claims answers. Safe for threads and for any number of processes.

    Each API has one row with its last reservation; the next is ``60 / per_minute`` seconds later (what operators have
    set, else what the wish tells), or now if that is
    past. So any minute holds at most ``per_minute + 1`` reservations, and idle time does not accumulate. All times
    are the database's clock. All methods raise Unavailable and TimedOut.
    """

    def __init__(self, database: Database, budgets: Budgets) -> None:
        self._database = database
        self._budgets = budgets

    def wish(self, wish: ReservationRequest) -> Reservation:
        """A reservation, or why there is none: the tenant's budget is spent, or another task has claimed the answer.

        The budget counts only calls whose events have arrived, so calls in progress come on top.
        """
        with self._database.transaction() as transaction:
            limit_usd = self._budgets.limit_usd(wish.tenant_id)
            spent_usd = spent_on(transaction, wish.tenant_id, today())
            if 0 < limit_usd <= spent_usd:
                log_calls(transaction, wish.api, wish.tenant_id, refused=True)
                return Reservation(verdict=ReservationStatus.BUDGET_SPENT, spent_usd=spent_usd, limit_usd=limit_usd)
            if wish.turn_ms and _holds(transaction, wish):
                return Reservation(
                    verdict=ReservationStatus.GRANTED, turn_ms=wish.turn_ms, spent_usd=spent_usd, limit_usd=limit_usd
                )
            # Always lock the claim first and the API's row last: then two requests never deadlock, and the API's row
            # is locked for the shortest time.
            verdict = ReservationStatus.GRANTED if _claim(transaction, wish) else ReservationStatus.TAKEN
            find = _take if verdict is ReservationStatus.GRANTED else _look
            turn_ms, per_minute = find(transaction, wish)
        return Reservation(
            verdict=verdict, turn_ms=turn_ms, spent_usd=spent_usd, limit_usd=limit_usd, per_minute=per_minute
        )

    def give_back(self, tenant_id: str, answer_key: str, holder: str) -> bool:
        """End the holder's claim. Returns whether it had one. The reserved moment is not reused."""
        claim = {"tenant_id": tenant_id, "answer_key": answer_key, "holder": holder}
        with self._database.transaction() as transaction:
            return transaction.run("give_back_claim", claim) > 0

    def hold(self, api: str, until_ms: int) -> int:
        """Reserve no call before ``until_ms``, one day from now at most. Returns the end of the hold."""
        with self._database.transaction() as transaction:
            row = transaction.row("hold_api", {"api": api, "until_ms": until_ms})
        assert row is not None
        return int(row["hold_ms"])


def _holds(transaction: Transaction, wish: ReservationRequest) -> bool:
    """Whether index made the reservation that the request carries."""
    held = {"tenant_id": wish.tenant_id, "answer_key": wish.answer_key, "holder": wish.holder, "turn_ms": wish.turn_ms}
    return transaction.row("find_held_turn", held) is not None


def _claim(transaction: Transaction, wish: ReservationRequest) -> bool:
    """Claim the answer for the holder; returns whether that worked. Locks the claim's row in either case."""
    claim = {"tenant_id": wish.tenant_id, "answer_key": wish.answer_key, "holder": wish.holder}
    return transaction.row("claim_answer", claim) is not None


def _take(transaction: Transaction, wish: ReservationRequest) -> tuple[int, int]:
    """The reserved moment (Unix milliseconds), and the limit in force."""
    transaction.run("clear_claims")
    wanted = {
        "api": wish.api,
        "per_minute": wish.per_minute,
        "tenant_id": wish.tenant_id,
        "answer_key": wish.answer_key,
        "claim_ms": round(wish.claim_seconds * 1000),
    }
    row = transaction.row("take_turn", wanted)
    assert row is not None
    return int(row["turn_ms"]), row["per_minute"]


def _look(transaction: Transaction, wish: ReservationRequest) -> tuple[int, int]:
    """When to look for the answer that another task is getting (Unix milliseconds), and no limit."""
    row = transaction.row("read_claim", {"tenant_id": wish.tenant_id, "answer_key": wish.answer_key})
    assert row is not None
    return int(row["look_ms"]), 0
