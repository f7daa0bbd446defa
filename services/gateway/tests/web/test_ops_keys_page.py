"""Admins create and revoke keys by the page; a secret is on one answer alone."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts import api_keys
from winnow_contracts.envelope import now_ms

from ..standin import StandIn
from .conftest import CSRF, Elements

KEYS = "/internal/v1/keys"
NASTY = "<script>alert(1)</script> {{7*7}}"


@pytest.fixture
def admin(sign_in_with: Callable[..., FlaskClient], well: StandIn) -> FlaskClient:
    visitor = sign_in_with("admin")
    mine = well.answers[KEYS]["keys"][0]
    other = {**mine, "key_id": "other", "name": NASTY, "used_ms": 1_000, "expires_ms": 2_000, "revoked": False}
    gone = {**mine, "key_id": "gone", "revoked": True, "revoked_ms": 3_000}
    well.answers[KEYS] = {"keys": [mine, other, gone]}
    well.answers[f"POST {KEYS}"] = other
    return visitor


def press(visitor: FlaskClient, action: str, **fields: Any) -> Any:
    found = CSRF.search(visitor.get("/ops/keys").text)
    assert found
    return visitor.post(action, data={"csrf": found[1], **fields}, follow_redirects=True)


def test_the_page_shows_states_and_offers_to_revoke_others_alone(admin: FlaskClient) -> None:
    page = admin.get("/ops/keys").text
    elements = Elements(page)
    actions = [a.get("action") for tag, a, _ in elements.all if tag == "form" and a.get("method") == "post"]
    assert [one for one in actions if one != "/signout"] == ["/ops/keys/create", "/ops/keys/other/revoke"]
    assert {"good", "expired", "revoked"} <= set(elements.texts("span"))
    assert "<script>alert" not in page
    assert "sha256" not in page
    assert all(a.get("data-label") for tag, a, _ in elements.all if tag == "td")
    assert elements.with_attribute("style") == []


def test_a_new_key_is_shown_once_and_outside_of_what_is_fetched_again(admin: FlaskClient, well: StandIn) -> None:
    answer = press(admin, "/ops/keys/create", name=" phone ", scope=["write", "read"], tenant_id="acme", days="2")
    (asked,) = (body for body in well.asked(KEYS) if body)
    (shown,) = (text for text in Elements(answer.text).texts("code") if text.startswith("wk_live_"))
    key = api_keys.parse(shown)
    assert key is not None
    assert (asked["key_id"], asked["secret_sha256"]) == (key.key_id, api_keys.secret_hash(key.secret))
    assert (asked["name"], asked["tenant_id"], asked["scopes"]) == ("phone", "acme", ["read", "write"])
    assert 0 < asked["expires_ms"] - now_ms() <= 2 * 86_400_000
    assert answer.text.index(shown) < answer.text.index("data-live")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "wk_live_" not in admin.get("/ops/keys").text


@pytest.mark.parametrize(
    "fields",
    [{"name": " ", "scope": "read"}, {"name": "n"}, {"name": "n", "scope": "root"}, {"name": "n", "days": "0"}],
)
def test_a_key_that_cannot_be_is_not_created(admin: FlaskClient, well: StandIn, fields: dict[str, str]) -> None:
    assert press(admin, "/ops/keys/create", **fields).status_code == 422
    assert [body for body in well.asked(KEYS) if body] == []


def test_a_key_is_revoked(admin: FlaskClient, well: StandIn) -> None:
    well.answers[f"{KEYS}/other/revoke"] = well.answers[f"POST {KEYS}"]
    assert "Key other is revoked" in press(admin, "/ops/keys/other/revoke").text
    (asked,) = well.asked(f"{KEYS}/other/revoke")
    assert asked == {"who": well.answers[KEYS]["keys"][0]["key_id"]}


ACTIONS = ("/ops/keys/create", "/ops/keys/other/revoke")


@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_is_done_without_the_sessions_token(admin: FlaskClient, well: StandIn, action: str) -> None:
    assert admin.post(action, data={"csrf": "guessed", "name": "n", "scope": "read"}).status_code == 403
    assert {path for path, body in well.seen if body} == set()


@pytest.mark.parametrize("action", ACTIONS)
def test_nothing_is_done_for_who_may_only_look(
    sign_in_with: Callable[..., FlaskClient], well: StandIn, action: str
) -> None:
    reader = sign_in_with("ops:read")
    found = CSRF.search(reader.get("/ops").text)
    assert found
    assert reader.post(action, data={"csrf": found[1], "name": "n", "scope": "read"}).status_code == 403
    assert [path for path, _ in well.seen if path.startswith(KEYS + "/")] == []
    assert [body for body in well.asked(KEYS) if body] == []
