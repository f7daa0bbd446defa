import pytest

from winnow_ai.webhooks.sender import WebhookSender
from winnow_base.async_bridge import never
from winnow_contracts.index_api.webhook_deliveries import NextTry
from winnow_contracts.webhooks import new_secret
from winnow_harness.fixtures.webhooks import WebhookReceiver


@pytest.fixture
def receiver():
    made = WebhookReceiver()
    yield made
    made.close()


@pytest.fixture
def secret():
    return new_secret()


@pytest.fixture
def due(secret):
    """A try that is due at an address."""

    def made(url, *secrets, number=1):
        return NextTry(
            number=number, url=url, body='{"type":"media.ready"}', secrets=secrets or (secret,), wait_seconds=0
        )

    return made


@pytest.fixture
def post(due):
    """Posts to an address of this machine; returns the reply."""

    def sent(url, *secrets, **settings):
        sender = WebhookSender(allow_private=True, **settings)
        return sender.post(due(url, *secrets), "dlv_1", never)

    return sent
