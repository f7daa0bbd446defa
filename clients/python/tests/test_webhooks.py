"""Webhooks and edits, as they are asked for: what is given is sent, and nothing else."""

import json
from typing import get_args

import pytest

from winnow_client import Client, Conflict
from winnow_client.generated.models import Delivery, Media, Webhook, WebhookWithSecret
from winnow_client.requests import EventType
from winnow_contracts.webhooks import WebhookEvent

from .conftest import Script, blank, gives, problem


@pytest.fixture
def client(script: Script) -> Client:
    return Client(script.url, "secret")


def asked(script: Script) -> tuple[str, str, object]:
    last = script.asked[-1]
    return last.method, last.path, json.loads(last.body or b"null")


def test_one_is_made_changed_rotated_tested_and_removed(script: Script, client: Client) -> None:
    script.answers = [gives(201, blank(WebhookWithSecret, webhook_id="wh_1", secret="whsec_x"))]
    made = client.webhooks.create("https://example.org/hook", ["media.ready"])
    assert (made.webhook_id, made.secret) == ("wh_1", "whsec_x")
    assert asked(script) == (
        "POST",
        "/v1/webhooks",
        {"url": "https://example.org/hook", "types": ["media.ready"], "description": ""},
    )
    assert "idempotency-key" in script.asked[-1].headers
    script.answers = [gives(200, blank(Webhook, webhook_id="wh_1"))]
    client.webhooks.update("wh_1", types=["media.failed"], enabled=False)
    assert asked(script) == ("PATCH", "/v1/webhooks/wh_1", {"types": ["media.failed"], "enabled": False})
    assert client.webhooks.get("wh_1").webhook_id == "wh_1"
    script.answers = [gives(200, blank(WebhookWithSecret, secret="whsec_y"))]
    assert client.webhooks.rotate("wh_1").secret == "whsec_y"
    script.answers = [gives(202, blank(Delivery, delivery_id="dlv_1"))]
    assert client.webhooks.test("wh_1").delivery_id == client.webhooks.replay("dlv_1").delivery_id
    assert asked(script)[1] == "/v1/webhooks/deliveries/dlv_1/replay"
    script.answers = [gives(204, b"")]
    client.webhooks.delete("wh_1")
    assert asked(script)[:2] == ("DELETE", "/v1/webhooks/wh_1")


def test_webhooks_and_their_deliveries_are_listed(script: Script, client: Client) -> None:
    script.answers = [gives(200, {"items": [blank(Webhook, webhook_id="wh_1")]})]
    assert [one.webhook_id for one in client.webhooks.list()] == ["wh_1"]
    script.answers = [
        gives(200, {"items": [blank(Delivery, delivery_id=f"dlv_{n}")], "next_cursor": cursor})
        for n, cursor in enumerate(("c", None))
    ]
    assert [one.delivery_id for one in client.webhooks.deliveries("wh_1", limit=1)] == ["dlv_0", "dlv_1"]
    assert script.asked[-1].path == "/v1/webhooks/wh_1/deliveries?limit=1&cursor=c"


def test_the_types_are_those_of_the_agreement() -> None:
    assert sorted(get_args(EventType)) == sorted(event.value for event in WebhookEvent)


def test_an_edit_names_the_version_that_was_read(script: Script, client: Client) -> None:
    script.answers = [gives(200, blank(Media, id="med_1", version=4))]
    assert client.media.edit("med_1", version=3, tags=["a", "b"]).version == 4
    assert asked(script) == ("PATCH", "/v1/media/med_1", {"tags": ["a", "b"]})
    headers = script.asked[-1].headers
    assert (headers["if-match"], headers["content-type"]) == ('"3"', "application/merge-patch+json")
    script.answers = [problem(412, "precondition-failed", "It was edited meanwhile.")]
    with pytest.raises(Conflict, match="edited meanwhile"):
        client.media.edit("med_1", version=3, title="A talk")
