"""Says which try of a delivery comes next, and counts how each went: the schedule is index's, the posting is ai's."""

import random
from typing import Any

from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.webhook_deliveries import NextTry, NoteTry
from winnow_contracts.webhooks import RETRY_SECONDS, TEST_EVENT
from winnow_index.database import Database, Transaction
from winnow_index.store.completion import Completions
from winnow_index.views import instant
from winnow_journal.codec import encode
from winnow_webhooks.commands import command_of

_JITTER = 0.1
"""By how much a wait may be longer, so that events of one moment do not come back in one moment."""
_GONE = 410
_ENDED = NextTry()


class Tries:
    """Answers the task that delivers. All methods raise Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._completions = Completions(database)

    def take(self, delivery_id: str, run: int) -> NextTry:
        """The try that is due, or how long it is until then. If there is none any more, the job is done."""
        with self._database.transaction() as transaction:
            due = self._due(transaction, delivery_id, run)
        return due or self._done(delivery_id, run)

    def note(self, tried: NoteTry) -> NextTry:
        """Count a try; what was counted before changes nothing. Returns when the next one is due."""
        with self._database.transaction() as transaction:
            row = _locked(transaction, tried.delivery_id)
            if row is not None and _awaits(row, tried.run) and tried.number == row["tries"] + 1:
                if tried.status == _GONE:
                    because = "Its receiver answered 410: it is gone."
                    transaction.run("disable_webhook", {"webhook_id": row["webhook_id"], "because": because})
                transaction.run("note_try", _outcome(tried))
            due = self._due(transaction, tried.delivery_id, tried.run)
        return due or self._done(tried.delivery_id, tried.run)

    def _due(self, transaction: Transaction, delivery_id: str, run: int) -> NextTry | None:
        row = _locked(transaction, delivery_id)
        if row is None or not _awaits(row, run):
            return None
        if row["disabled_because"]:
            transaction.run("note_try", {**_unchanged(delivery_id, row), "state": "failed", "error": "disabled"})
            return None
        number, wait_ms = row["tries"] + 1, (row["next_ms"] or 0) - now_ms()
        if wait_ms > 0:
            return NextTry(number=number, wait_seconds=wait_ms / 1000)
        secrets = tuple(secret for secret in (row["secret"], row["old_secret"]) if secret)
        body = encode(_payload(row)).decode()
        return NextTry(number=number, url=row["url"], body=body, secrets=secrets, wait_seconds=0)

    def _done(self, delivery_id: str, run: int) -> NextTry:
        """Complete the job that delivers: nothing is left to do, however that came."""
        self._completions.apply(command_of(delivery_id), run=run, result="webhook", write=lambda transaction, at: None)
        return _ENDED


def _locked(transaction: Transaction, delivery_id: str) -> dict[str, Any] | None:
    """The delivery with its webhook; None if either is gone."""
    return transaction.row("read_delivery", {"delivery_id": delivery_id, "now_ms": now_ms()})


def _awaits(row: dict[str, Any], run: int) -> bool:
    return bool(row["state"] == "pending" and row["run"] == run)


def _outcome(tried: NoteTry) -> dict[str, Any]:
    """The row's new values: delivered by a 2xx alone, failed after the last try or by a receiver that is gone."""
    at_ms = now_ms()
    state, next_ms = "pending", None
    if tried.status is not None and 200 <= tried.status < 300:
        state = "delivered"
    elif tried.status == _GONE or tried.number >= len(RETRY_SECONDS):
        state = "failed"
    else:
        wait_seconds = RETRY_SECONDS[tried.number] * random.uniform(1, 1 + _JITTER)  # noqa: S311 - jitter is no secret
        wished_seconds = min(tried.retry_after_seconds, RETRY_SECONDS[-1])
        next_ms = at_ms + round(1000 * max(wait_seconds, wished_seconds))
    return {
        "delivery_id": tried.delivery_id,
        "state": state,
        "tries": tried.number,
        "tried_ms": at_ms,
        "next_ms": next_ms,
        "status": tried.status,
        "error": tried.error,
        "now_ms": at_ms,
    }


def _unchanged(delivery_id: str, row: dict[str, Any]) -> dict[str, Any]:
    kept = {name: row[name] for name in ("tries", "tried_ms", "status")}
    return {**kept, "delivery_id": delivery_id, "next_ms": None, "now_ms": now_ms()}


def _payload(row: dict[str, Any]) -> dict[str, Any]:
    """What the receiver gets: the same bytes at each try, and nothing that it has no right to ask for."""
    about = ("webhook_id",) if row["type"] == TEST_EVENT else ("media_id", "job_id")
    return {
        "type": row["type"],
        "timestamp": instant(row["created_ms"]),
        "data": {name: row[name] for name in about},
    }
