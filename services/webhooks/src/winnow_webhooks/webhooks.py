"""Keeps accounts' webhooks and their secrets."""

from typing import Any

from winnow_contracts import identity
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Conflict, NotFound
from winnow_contracts.index_api.audit import AuditAction
from winnow_contracts.index_api.webhooks import (
    ChangeWebhook,
    CreateWebhook,
    DeleteWebhook,
    RotateSecret,
    Webhooks,
    WebhookView,
    WebhookWithSecret,
)
from winnow_contracts.webhooks import new_secret
from winnow_index.control.audit import note
from winnow_index.database import Database, Transaction
from winnow_index.views import instant, instant_or_none
from winnow_webhooks.early import bring_forward

MOST_WEBHOOKS = 50
"""How many a tenant may have: each event of its jobs is a delivery to every one of them."""
_OLD_SECRET_MS = 86_400_000
_DISABLED_BY_ACCOUNT = "Its account switched it off."


class WebhookStore:
    """Lists, creates, changes and deletes webhooks. All methods raise Unavailable if PostgreSQL does not answer.

    A secret is in the answer that made it alone. ``one`` and all that change one raise NotFound, for other tenants'
    webhooks, too.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self, tenant_id: str) -> Webhooks:
        """A tenant's webhooks, the newest first."""
        with self._database.transaction() as transaction:
            return Webhooks(items=tuple(_read(transaction, tenant_id)))

    def one(self, tenant_id: str, webhook_id: str) -> WebhookView:
        """One webhook."""
        with self._database.transaction() as transaction:
            return read_webhook(transaction, tenant_id, webhook_id)

    def create(self, asked: CreateWebhook) -> WebhookWithSecret:
        """Keep a new webhook. Raises Conflict (``not-ready``) if the tenant has ``MOST_WEBHOOKS``."""
        webhook_id, secret = f"wh_{identity.uuid7()}", new_secret()
        row = {
            "webhook_id": webhook_id,
            "tenant_id": asked.tenant_id,
            "url": asked.url,
            "types": list(asked.types),
            "description": asked.description,
            "secret": secret,
            "now_ms": now_ms(),
            "who": asked.who,
            "most": MOST_WEBHOOKS,
        }
        with self._database.transaction() as transaction:
            if not transaction.run("add_webhook", row):
                raise Conflict(
                    f"There are {MOST_WEBHOOKS} webhooks already.",
                    code="not-ready",
                    hint="Delete one that is not used.",
                )
            note(transaction, asked.who, AuditAction.CREATE_WEBHOOK, webhook_id)
            return WebhookWithSecret(webhook=read_webhook(transaction, asked.tenant_id, webhook_id), secret=secret)

    def change(self, asked: ChangeWebhook) -> WebhookView:
        """Change what is not None. What waits is tried now where it is switched on, or its address is another."""
        enabled = {None: None, True: "", False: _DISABLED_BY_ACCOUNT}[asked.enabled]
        row = {
            "webhook_id": asked.webhook_id,
            "tenant_id": asked.tenant_id,
            "url": asked.url,
            "types": None if asked.types is None else list(asked.types),
            "description": asked.description,
            "disabled_because": enabled,
        }
        with self._database.transaction() as transaction:
            transaction.run("change_webhook", row)
            changed = read_webhook(transaction, asked.tenant_id, asked.webhook_id)
            note(transaction, asked.who, AuditAction.CHANGE_WEBHOOK, asked.webhook_id)
            if not changed.disabled_because and (asked.enabled or asked.url is not None):
                bring_forward(transaction, asked.webhook_id, asked=True)
            return changed

    def delete(self, asked: DeleteWebhook) -> None:
        """Remove it with its secrets and deliveries. What is on its way ends before its next try."""
        with self._database.transaction() as transaction:
            which = {"tenant_id": asked.tenant_id, "webhook_id": asked.webhook_id}
            if not transaction.run("delete_webhook", which):
                raise _missing(asked.webhook_id)
            note(transaction, asked.who, AuditAction.DELETE_WEBHOOK, asked.webhook_id)

    def rotate(self, asked: RotateSecret) -> WebhookWithSecret:
        """Give it a new secret; the one before signs beside it for 24 hours, and one before that no more."""
        secret = new_secret()
        row = {"tenant_id": asked.tenant_id, "webhook_id": asked.webhook_id, "secret": secret}
        with self._database.transaction() as transaction:
            transaction.run("rotate_webhook_secret", {**row, "until_ms": now_ms() + _OLD_SECRET_MS})
            webhook = read_webhook(transaction, asked.tenant_id, asked.webhook_id)
            note(transaction, asked.who, AuditAction.ROTATE_SECRET, asked.webhook_id)
            return WebhookWithSecret(webhook=webhook, secret=secret)


def read_webhook(transaction: Transaction, tenant_id: str, webhook_id: str) -> WebhookView:
    """The tenant's webhook. Raises NotFound."""
    found = _read(transaction, tenant_id, webhook_id)
    if not found:
        raise _missing(webhook_id)
    return found[0]


def _missing(webhook_id: str) -> NotFound:
    return NotFound(f"There is no webhook {webhook_id}.", hint="./winnow webhooks list shows them.")


def _read(transaction: Transaction, tenant_id: str, webhook_id: str | None = None) -> list[WebhookView]:
    asked = {"tenant_id": tenant_id, "webhook_id": webhook_id, "now_ms": now_ms()}
    return [_view(row) for row in transaction.rows("read_webhooks", asked)]


def _view(row: dict[str, Any]) -> WebhookView:
    return WebhookView(
        webhook_id=row["webhook_id"],
        url=row["url"],
        types=tuple(row["types"]),
        description=row["description"],
        created_at=instant(row["created_ms"]),
        disabled_because=row["disabled_because"],
        old_secret_until=instant_or_none(row["old_secret_until_ms"]),
    )
