"""Says which try of a delivery comes next, and counts how each went: the schedule is index's, the posting is ai's."""

from typing import Any

from winnow_base import metrics
from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.webhook_deliveries import NextTry, NoteTry, TakeDelivery
from winnow_contracts.webhooks import TEST_EVENT
from winnow_index.database import Database, Transaction
from winnow_index.store.completion import Completions
from winnow_index.views import instant
from winnow_journal.codec import encode
from winnow_webhooks.commands import command_of
from winnow_webhooks.early import bring_forward
from winnow_webhooks.outcomes import GONE, outcome

_HELD_MS = 30_000
"""How long a try is one node's alone: twice what a post may take. After that its node counts as gone."""
_ENDED = NextTry()


class Tries:
    """Answers the task that delivers. All methods raise Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._completions = Completions(database)

    def take(self, asked: TakeDelivery) -> NextTry:
        """The try that is due, or how long it is until then. If there is none any more, the job is done.

        A delivery that came early has a second copy of its command in the broker: while one node makes the try, another
        is told to wait. The same node may ask again: it holds both copies, and the record of what was posted.
        """
        with self._database.transaction() as transaction:
            row = _awaited(transaction, asked.delivery_id, asked.run)
            due = _next_try(row, asked.node) if row else None
            if due and due.url:
                held = {"node": asked.node, "until_ms": now_ms() + _HELD_MS}
                transaction.run("hold_delivery", {"delivery_id": asked.delivery_id, **held})
        return due or self._done(asked.delivery_id, asked.run)

    def note(self, tried: NoteTry) -> NextTry:
        """Count a try; what was counted before changes nothing. Returns when the next one is due.

        Where the receiver took it, others of its webhook that wait come early.
        """
        state = None
        with self._database.transaction() as transaction:
            row = _awaited(transaction, tried.delivery_id, tried.run)
            if row is not None and tried.number == row["tries"] + 1:
                state = self._count(transaction, row, tried)
                row = _awaited(transaction, tried.delivery_id, tried.run)
            due = _next_try(row, row["taken_by"]) if row else None
        if state:
            metrics.WEBHOOK_TRIES.labels(state).inc()
        return due or self._done(tried.delivery_id, tried.run)

    def _count(self, transaction: Transaction, row: dict[str, Any], tried: NoteTry) -> str:
        """Returns the state of the delivery after the try."""
        if tried.status == GONE:
            because = "Its receiver answered 410: it is gone."
            transaction.run("disable_webhook", {"webhook_id": row["webhook_id"], "because": because})
        new = outcome(row, tried, now_ms())
        transaction.run("note_try", new)
        if new["state"] == "delivered":
            bring_forward(transaction, row["webhook_id"])
        return str(new["state"])

    def _done(self, delivery_id: str, run: int) -> NextTry:
        """Complete the job that delivers: nothing is left to do, however that came."""
        self._completions.apply(command_of(delivery_id), run=run, result="webhook", write=lambda transaction, at: None)
        return _ENDED


def _awaited(transaction: Transaction, delivery_id: str, run: int) -> dict[str, Any] | None:
    """The delivery with its webhook, locked, if this run still has to bring it. Where the webhook is off, it fails."""
    row = transaction.row("read_delivery", {"delivery_id": delivery_id, "now_ms": now_ms()})
    if row is None or row["state"] != "pending" or row["run"] != run:
        return None
    if row["disabled_because"]:
        transaction.run("fail_delivery", {"delivery_id": delivery_id, "error": "disabled", "now_ms": now_ms()})
        return None
    return row


def _next_try(row: dict[str, Any], node: str) -> NextTry:
    """What ``node`` is to do: post, or wait until the try is due or another node has made it."""
    number = row["tries"] + 1
    held_until_ms = row["taken_until_ms"] if row["taken_by"] not in ("", node) else None
    wait_ms = max(row["next_ms"] or 0, held_until_ms or 0) - now_ms()
    if wait_ms > 0:
        return NextTry(number=number, wait_seconds=wait_ms / 1000)
    secrets = tuple(secret for secret in (row["secret"], row["old_secret"]) if secret)
    body = encode(_payload(row)).decode()
    return NextTry(number=number, url=row["url"], body=body, secrets=secrets, wait_seconds=0)


def _payload(row: dict[str, Any]) -> dict[str, Any]:
    """What the receiver gets: the same bytes at each try, and nothing that it has no right to ask for."""
    about = ("webhook_id",) if row["type"] == TEST_EVENT else ("media_id", "job_id")
    return {
        "type": row["type"],
        "timestamp": instant(row["created_ms"]),
        "data": {name: row[name] for name in about},
    }
