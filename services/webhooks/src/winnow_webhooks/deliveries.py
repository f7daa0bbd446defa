"""Shows an account the deliveries of its webhooks, sends tests, and sends again what ended."""

from typing import Any

from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Conflict, NotFound
from winnow_contracts.index_api.webhook_deliveries import Deliveries, DeliveryState, DeliveryView
from winnow_contracts.webhooks import TEST_EVENT
from winnow_index.database import Database, Transaction
from winnow_index.history import cursors
from winnow_index.views import instant, instant_or_none
from winnow_webhooks.commands import job_of
from winnow_webhooks.webhooks import read_webhook


class DeliveryStore:
    """All methods raise Unavailable if PostgreSQL does not answer, and NotFound for what is another tenant's, too."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, tenant_id: str, webhook_id: str, *, limit: int, cursor: str | None) -> Deliveries:
        """A page of one webhook's deliveries, the newest first. Raises BadInput (``invalid-cursor``)."""
        filters = {"webhook_id": webhook_id}
        after_ms, after_id = cursors.decode(cursor, filters)
        asked = {"webhook_id": webhook_id, "after_ms": after_ms, "after_id": after_id, "limit": limit + 1}
        with self._database.transaction() as transaction:
            read_webhook(transaction, tenant_id, webhook_id)
            rows = _rows(transaction, tenant_id, **asked)
        shown, more = rows[:limit], rows[limit:]
        last = cursors.encode(shown[-1]["created_ms"], shown[-1]["delivery_id"], filters) if more else None
        return Deliveries(items=tuple(map(_view, shown)), next_cursor=last)

    def test(self, tenant_id: str, webhook_id: str) -> DeliveryView:
        """Note a delivery of the type ``webhook.test``."""
        asked = {"tenant_id": tenant_id, "webhook_id": webhook_id, "type": TEST_EVENT, "now_ms": now_ms()}
        with self._database.transaction() as transaction:
            read_webhook(transaction, tenant_id, webhook_id)
            row = transaction.row("add_test_delivery", asked)
            assert row is not None
            return _one(transaction, tenant_id, row["delivery_id"])

    def replay(self, tenant_id: str, delivery_id: str) -> DeliveryView:
        """Send it again from the first try on. Raises Conflict (``not-ready``) while it is on its way."""
        with self._database.transaction() as transaction:
            transaction.row("read_delivery", {"delivery_id": delivery_id, "now_ms": now_ms()})  # locks it
            if _one(transaction, tenant_id, delivery_id).state is DeliveryState.PENDING:
                raise Conflict(
                    f"The delivery {delivery_id} is still on its way.",
                    code="not-ready",
                    hint="Wait until it has ended; its next try comes by itself.",
                )
            transaction.run("replay_delivery", {"delivery_id": delivery_id})
            return _one(transaction, tenant_id, delivery_id)


def _one(transaction: Transaction, tenant_id: str, delivery_id: str) -> DeliveryView:
    rows = _rows(transaction, tenant_id, delivery_id=delivery_id)
    if not rows:
        raise NotFound(f"There is no delivery {delivery_id}.", hint="./winnow webhooks deliveries shows them.")
    return _view(rows[0])


def _rows(transaction: Transaction, tenant_id: str, **asked: Any) -> list[dict[str, Any]]:
    anything = {"webhook_id": None, "delivery_id": None, "after_ms": None, "after_id": None, "limit": 1}
    return transaction.rows("list_deliveries", {**anything, "tenant_id": tenant_id, **asked})


def _view(row: dict[str, Any]) -> DeliveryView:
    return DeliveryView(
        delivery_id=row["delivery_id"],
        webhook_id=row["webhook_id"],
        type=row["type"],
        media_id=row["media_id"],
        job_id=row["job_id"],
        state=DeliveryState(row["state"]),
        tries=row["tries"],
        created_at=instant(row["created_ms"]),
        tried_at=instant_or_none(row["tried_ms"]),
        next_at=instant_or_none(row["next_ms"]),
        status=row["status"],
        error=row["error"],
        work_id=job_of(row["delivery_id"]),
    )
