"""What ``Client`` offers of webhooks.

Made from async_webhooks.py by tools/apitypes: do not edit.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from winnow_client import requests
from winnow_client.calls import Call, call
from winnow_client.generated import operations
from winnow_client.generated.models import Delivery, Webhook, WebhookWithSecret
from winnow_client.requests import EventType, Page
from winnow_client.resources import Asker


class WebhookCalls:
    """Addresses that are told when recordings and photos are done or failed."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    def create(self, url: str, types: Sequence[EventType], *, description: str = "") -> WebhookWithSecret:
        """Tells an address of these events from now on. The secret, which signs each delivery, is shown here alone."""
        value = {"url": url, "types": list(types), "description": description}
        return self._asker.ask(call(operations.CREATE_WEBHOOK, value=value))

    def list(self) -> tuple[Webhook, ...]:
        """Every webhook of the account, the newest first."""
        return (self._asker.ask(call(operations.LIST_WEBHOOKS))).items

    def get(self, webhook_id: str) -> Webhook:
        """One webhook."""
        return self._asker.ask(call(operations.GET_WEBHOOK, webhook_id=webhook_id))

    def update(
        self,
        webhook_id: str,
        *,
        url: str | None = None,
        types: Sequence[EventType] | None = None,
        description: str | None = None,
        enabled: bool | None = None,
    ) -> Webhook:
        """Changes what is given of a webhook."""
        fields = {"url": url, "types": types and list(types), "description": description, "enabled": enabled}
        value = {name: one for name, one in fields.items() if one is not None}
        return self._asker.ask(call(operations.CHANGE_WEBHOOK, value=value, webhook_id=webhook_id))

    def rotate(self, webhook_id: str) -> WebhookWithSecret:
        """Makes a new secret, shown here alone; the one before signs beside it for 24 hours."""
        return self._asker.ask(call(operations.ROTATE_WEBHOOK_SECRET, webhook_id=webhook_id))

    def delete(self, webhook_id: str) -> None:
        """Removes a webhook with its secret and its deliveries."""
        self._asker.ask(call(operations.DELETE_WEBHOOK, webhook_id=webhook_id))

    def test(self, webhook_id: str) -> Delivery:
        """Sends it an event of the type ``webhook.test``."""
        return self._asker.ask(call(operations.TEST_WEBHOOK, webhook_id=webhook_id))

    def deliveries(self, webhook_id: str, *, limit: int | None = None) -> Iterator[Delivery]:
        """What it was told, the newest first. ``limit`` is how many are asked for at a time."""

        def page(query: Mapping[str, Any]) -> Call[Page[Delivery]]:
            return requests.delivery_page(webhook_id, query)

        return self._asker.pages(page, {"limit": limit})

    def replay(self, delivery_id: str) -> Delivery:
        """Sends an event again that was delivered or has failed. Raises Conflict while it is on its way."""
        return self._asker.ask(call(operations.REPLAY_WEBHOOK_DELIVERY, delivery_id=delivery_id))
