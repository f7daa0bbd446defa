from dataclasses import dataclass

import pytest

from winnow_contracts.index_api.webhook_deliveries import NoteTry, TakeDelivery
from winnow_contracts.index_api.webhooks import CreateWebhook
from winnow_contracts.webhooks import WebhookEvent
from winnow_index.history.event_store import EventStore
from winnow_index.testing import PHOTO, EventSender, dead, photo_accepted, started
from winnow_webhooks.commands import DeliveryCommands
from winnow_webhooks.deliveries import DeliveryStore
from winnow_webhooks.tries import Tries
from winnow_webhooks.webhooks import WebhookStore


@dataclass(frozen=True)
class Told:
    """A webhook of the tenant t, and the delivery that tells it of a photo that failed."""

    webhook_id: str
    delivery_id: str


def noted(delivery_id, number, status=None, error="", wish=0.0, run=1):
    """What ai says of a try."""
    return NoteTry(
        delivery_id=delivery_id, run=run, number=number, status=status, error=error, retry_after_seconds=wish
    )


def taken(delivery_id, run=1, node=""):
    """What a node of ai asks before a try."""
    return TakeDelivery(delivery_id=delivery_id, run=run, node=node)


@pytest.fixture
def hooks(database):
    return WebhookStore(database)


@pytest.fixture
def deliveries(database):
    return DeliveryStore(database)


@pytest.fixture
def tries(database):
    return Tries(database)


@pytest.fixture
def writer(database):
    return DeliveryCommands(database, lambda: True)


@pytest.fixture
def hook(hooks):
    """Makes a webhook; returns its id."""

    def made(tenant="t", types=tuple(WebhookEvent)):
        asked = CreateWebhook(tenant_id=tenant, url="https://example.org/h", types=types, description="", who="k")
        return hooks.create(asked).webhook.webhook_id

    return made


@pytest.fixture
def listed(deliveries):
    def read(webhook_id, tenant="t"):
        return deliveries.page(tenant, webhook_id, limit=100, cursor=None).items

    return read


@pytest.fixture
def pass_time(database):
    """Let what waits be due."""

    def passed():
        with database.transaction() as transaction:
            transaction.run_text("UPDATE webhook_delivery SET next_ms = 1")

    return passed


@pytest.fixture
def photo_fails(database):
    """The photo of the tenant t fails for good."""

    def happens():
        EventSender(EventStore(database)).ship(photo_accepted(), started(PHOTO, "a"), dead(PHOTO, "a"))

    return happens


@pytest.fixture
def told(hook, photo_fails, listed):
    webhook_id = hook()
    photo_fails()
    (one,) = listed(webhook_id)
    return Told(webhook_id, one.delivery_id)
