"""An account makes, changes, tests and removes its webhooks; a secret is in the answer that made it alone."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from .webhook_answers import DELIVERY_ID, SECRET, WEBHOOK_ID, delivery_view, webhook_view

INDEX = "/internal/v1/webhooks"
WANTED = {"url": "https://example.org/hook", "types": ["photo.classified", "media.ready"], "description": "mine"}


def test_a_new_webhook_is_shown_once_with_its_secret(client: FlaskClient, index: Any) -> None:
    index.answers[f"POST {INDEX}"] = {"webhook": webhook_view(), "secret": SECRET}
    answer = client.post("/v1/webhooks", json=WANTED)
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/v1/webhooks/{WEBHOOK_ID}")
    assert answer.get_json() == {**webhook_view(), "secret": SECRET}
    (asked,) = index.asked(INDEX)
    assert (asked["tenant_id"], asked["types"]) == ("default", ["media.ready", "photo.classified"])
    assert (asked["url"], asked["description"]) == (WANTED["url"], "mine")
    index.answers[f"GET {INDEX}"] = {"items": [webhook_view()]}
    assert client.get("/v1/webhooks").get_json() == {"items": [webhook_view()]}


def test_a_repeat_by_idempotency_key_makes_no_second_one_and_lacks_the_secret(
    client: FlaskClient, index: Any, parts: Any
) -> None:
    index.answers |= {
        f"POST {INDEX}": {"webhook": webhook_view(), "secret": SECRET},
        f"{INDEX}/{WEBHOOK_ID}/rotate-secret": {"webhook": webhook_view(), "secret": SECRET},
    }
    for path, body in (("/v1/webhooks", WANTED), (f"/v1/webhooks/{WEBHOOK_ID}/rotate-secret", None)):
        asked = {"json": body} if body else {}
        first, again = (client.post(path, headers={"Idempotency-Key": '"k"'}, **asked) for _ in range(2))
        assert first.get_json() == {**again.get_json(), "secret": SECRET}
        assert again.headers["Idempotency-Replayed"] == "true"
    assert [path for path, _ in index.seen if path.startswith(INDEX)] == [INDEX, f"{INDEX}/{WEBHOOK_ID}/rotate-secret"]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"url": "http://example.org/"}, "#/url"),
        ({"url": "ftp://example.org/"}, "#/url"),
        ({"url": "https://me:word@example.org/"}, "#/url"),
        ({"url": "https://example.org/#part"}, "#/url"),
        ({"url": "https://exa mple.org/"}, "#/url"),
        ({"url": "https://[::1"}, "#/url"),
        ({"url": "https://example.org:99999/"}, "#/url"),
        ({"url": "https:///hook"}, "#/url"),
        ({"url": "https://example.org/" + "a" * 2_000}, "#/url"),
        ({"url": 7}, "#/url"),
        ({"types": []}, "#/types"),
        ({"types": ["job.progress"]}, "#/types"),
        ({"types": [["media.ready"]]}, "#/types"),
        ({"description": "a\nb"}, "#/description"),
        ({"secret": SECRET}, "#/secret"),
        ({"enabled": True}, "#/enabled"),
    ],
)
def test_what_cannot_be_a_webhook_is_refused_with_where(
    client: FlaskClient, index: Any, changes: dict[str, Any], pointer: str
) -> None:
    answer = client.post("/v1/webhooks", json={**WANTED, **changes})
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.get_json()["errors"]] == [pointer]
    assert index.asked(INDEX) == []


def test_this_machine_may_be_named_without_tls(client: FlaskClient, index: Any) -> None:
    """Whether it is called is ai's setting."""
    index.answers[f"POST {INDEX}"] = {"webhook": webhook_view(), "secret": SECRET}
    assert client.post("/v1/webhooks", json={**WANTED, "url": "http://127.0.0.1:9000/"}).status_code == 201


def test_what_is_given_alone_is_changed(client: FlaskClient, index: Any, key: Any) -> None:
    index.answers[f"{INDEX}/{WEBHOOK_ID}/change"] = webhook_view()
    assert client.patch(f"/v1/webhooks/{WEBHOOK_ID}", json={"enabled": False}).get_json() == webhook_view()
    (asked,) = index.asked(f"{INDEX}/{WEBHOOK_ID}/change")
    assert asked == {
        "tenant_id": "default",
        "url": None,
        "types": None,
        "description": None,
        "enabled": False,
        "who": key.key_id,
    }
    for bad in ({}, {"enabled": "no"}, {"types": None}, []):
        assert client.patch(f"/v1/webhooks/{WEBHOOK_ID}", json=bad).status_code == 422


def test_it_is_read_rotated_tested_and_removed(client: FlaskClient, index: Any, key: Any) -> None:
    one = f"{INDEX}/{WEBHOOK_ID}"
    index.answers |= {
        one: webhook_view(),
        f"{one}/rotate-secret": {"webhook": webhook_view(), "secret": SECRET},
        f"{one}/test": delivery_view(type="webhook.test", media_id=None, job_id=None),
        f"{one}/delete": {"webhook_id": WEBHOOK_ID},
    }
    address = f"/v1/webhooks/{WEBHOOK_ID}"
    assert client.get(address).get_json() == webhook_view()
    assert client.post(f"{address}/rotate-secret").get_json()["secret"] == SECRET
    assert client.post(f"{address}/test").status_code == 202
    gone = client.delete(address)
    assert (gone.status_code, gone.data) == (204, b"")
    assert all(body["tenant_id"] == "default" for path, body in index.seen if path.startswith(one))
    for changed in ("rotate-secret", "delete"):
        assert [body["who"] for body in index.asked(f"{one}/{changed}")] == [key.key_id]


def test_deliveries_are_paged_and_sent_again(client: FlaskClient, index: Any) -> None:
    index.answers[f"{INDEX}/{WEBHOOK_ID}/deliveries"] = {"items": [delivery_view()], "next_cursor": "more"}
    page = client.get(f"/v1/webhooks/{WEBHOOK_ID}/deliveries?limit=1").get_json()
    assert (page["items"], page["next_cursor"]) == ([delivery_view()], "more")
    again = f"/internal/v1/webhook-deliveries/{DELIVERY_ID}/replay"
    address = f"/v1/webhooks/deliveries/{DELIVERY_ID}/replay"
    index.answers[again] = delivery_view(state="pending")
    assert client.post(address).status_code == 202
    index.answers[again] = "not-ready"
    assert client.post(address).status_code == 409


def test_a_key_that_may_only_read_makes_and_ends_nothing(
    client: FlaskClient, index: Any, key: Any, give_keys: Any
) -> None:
    give_keys((key, "default", ["read"], False))
    index.answers[f"GET {INDEX}"] = {"items": []}
    assert client.get("/v1/webhooks").status_code == 200
    assert client.post("/v1/webhooks", json=WANTED).status_code == 403
    assert client.delete(f"/v1/webhooks/{WEBHOOK_ID}").status_code == 403
    assert client.post(f"/v1/webhooks/{WEBHOOK_ID}/rotate-secret").status_code == 403
