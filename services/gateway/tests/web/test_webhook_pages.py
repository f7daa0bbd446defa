"""An account's webhooks and their deliveries as pages; a secret is on one answer alone."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from ..standin import StandIn
from ..webhook_answers import DELIVERY_ID, SECRET, WEBHOOK_ID, delivery_view, webhook_view
from . import command_line
from .conftest import CSRF, Elements

INDEX = "/internal/v1/webhooks"
ONE = f"/webhooks/{WEBHOOK_ID}"
NASTY = "<script>alert(1)</script> {{7*7}}"


@pytest.fixture
def known(index: StandIn) -> StandIn:
    """Index knows one webhook, with a delivery that failed and one that waits."""
    pending = delivery_view(state="pending", next_at="2026-11-21T05:00:00.000Z", tries=3)
    index.answers |= {
        f"GET {INDEX}": {"items": [webhook_view(description=NASTY)]},
        f"{INDEX}/{WEBHOOK_ID}": webhook_view(description=NASTY),
        f"{INDEX}/{WEBHOOK_ID}/deliveries": {"items": [pending, delivery_view()], "next_cursor": "more"},
    }
    return index


def press(visitor: FlaskClient, page: str, action: str, **fields: Any) -> Any:
    found = CSRF.search(visitor.get(page).text)
    assert found
    return visitor.post(action, data={"csrf": found[1], **fields}, follow_redirects=True)


def forms(page: str) -> list[str | None]:
    found = [a.get("action") for tag, a, _ in Elements(page).all if tag == "form"]
    return [one for one in found if one not in ("/signout", "/search")]


def test_the_pages_show_webhooks_and_what_they_were_told(visitor: FlaskClient, known: StandIn) -> None:
    for page in (visitor.get("/webhooks").text, visitor.get(ONE).text):
        elements = Elements(page)
        assert "<script>alert" not in page
        assert "https://example.org/hook" in page
        assert all(a.get("data-label") for tag, a, _ in elements.all if tag == "td")
        assert elements.with_attribute("style") == []
        for command in elements.texts("code"):
            if command.startswith("./winnow"):
                command_line.parse(command)
    page = visitor.get(ONE).text
    assert [one for one in Elements(page).texts("span") if one in ("pending", "failed")] == ["pending", "failed"]
    assert "2026-11-21 05:00 UTC" in page
    assert f"{ONE}?cursor=more" in page
    replays = [action for action in forms(page) if action and action.endswith("/replay")]
    assert replays == [f"/webhooks/deliveries/{DELIVERY_ID}/replay"]  # of what ended alone


def test_a_new_webhook_is_shown_once_with_its_secret(visitor: FlaskClient, known: StandIn) -> None:
    known.answers[f"POST {INDEX}"] = {"webhook": webhook_view(), "secret": SECRET}
    fields = {"url": " https://example.org/hook ", "type": ["media.failed", "media.ready"], "description": "d"}
    answer = press(visitor, "/webhooks", "/webhooks/create", **fields)
    assert SECRET in Elements(answer.text).texts("code")
    assert answer.headers["Cache-Control"] == "no-store"
    (asked,) = (body for body in known.asked(INDEX) if "url" in body)
    assert (asked["url"], asked["types"]) == ("https://example.org/hook", ["media.ready", "media.failed"])
    assert asked["tenant_id"] == "default"
    assert SECRET not in visitor.get("/webhooks").text
    known.answers[f"{INDEX}/{WEBHOOK_ID}/rotate-secret"] = {"webhook": webhook_view(), "secret": SECRET}
    assert SECRET in Elements(press(visitor, ONE, f"{ONE}/rotate").text).texts("code")


@pytest.mark.parametrize("fields", [{"url": "http://example.org"}, {"type": []}, {"type": "job.progress"}])
def test_a_webhook_that_cannot_be_is_not_made(visitor: FlaskClient, known: StandIn, fields: dict[str, Any]) -> None:
    given = {"url": "https://example.org/", "type": "media.ready", **fields}
    assert press(visitor, "/webhooks", "/webhooks/create", **given).status_code == 422
    assert [body for body in known.asked(INDEX) if "url" in body] == []


def test_one_is_tested_switched_sent_again_and_removed(visitor: FlaskClient, known: StandIn) -> None:
    one = f"{INDEX}/{WEBHOOK_ID}"
    known.answers |= {
        f"{one}/test": delivery_view(),
        f"{one}/change": webhook_view(),
        f"{one}/delete": {"webhook_id": WEBHOOK_ID},
        f"/internal/v1/webhook-deliveries/{DELIVERY_ID}/replay": delivery_view(state="pending"),
    }
    for verb, said in (("test", "on its way"), ("enable", "It is on"), ("disable", "It is off")):
        assert said in press(visitor, ONE, f"{ONE}/{verb}").text
    assert [body["enabled"] for body in known.asked(f"{one}/change")] == [True, False]
    assert "on its way again" in press(visitor, ONE, f"/webhooks/deliveries/{DELIVERY_ID}/replay").text
    assert "The webhook is gone" in press(visitor, ONE, f"{ONE}/delete").text


def test_who_may_only_look_gets_no_form_and_no_effect(sign_in_with: Callable[..., FlaskClient], known: StandIn) -> None:
    reader = sign_in_with("read")
    for page in ("/webhooks", ONE):
        assert forms(reader.get(page).text) == []
    assert press(reader, ONE, f"{ONE}/delete").status_code == 403
    assert known.asked(f"{INDEX}/{WEBHOOK_ID}/delete") == []


def test_a_form_without_the_sessions_token_does_nothing(visitor: FlaskClient, known: StandIn) -> None:
    visitor.get(ONE)
    assert visitor.post(f"{ONE}/delete", data={"csrf": "another"}).status_code == 403
    assert visitor.post("/webhooks/create", data={"url": "https://example.org/"}).status_code == 403
    assert known.asked(f"{INDEX}/{WEBHOOK_ID}/delete") == []
