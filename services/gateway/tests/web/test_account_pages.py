"""Accounts as pages: signing in, an invitation's link, one's devices, and what admins do; all without JavaScript."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts import api_keys
from winnow_contracts.accounts import token_sha256
from winnow_gateway.app import create_app
from winnow_gateway.settings import GatewaySettings

from ..account_answers import (
    ACCOUNT_ID,
    NAME,
    OF_ACCOUNT,
    OTHER_SESSION_ID,
    PASSWORD,
    SESSIONS,
    KeptAccount,
    account_view,
)
from .command_line import parse
from .conftest import CSRF, Elements

OPS = "/ops/accounts"


@pytest.fixture
def kept(well: Any) -> KeptAccount:
    kept = KeptAccount()
    well.answers |= kept.answers() | {
        "/internal/v1/media": {"items": [], "next_cursor": None},
        "GET /internal/v1/accounts": {"items": [account_view()]},
    }
    return kept


@pytest.fixture
def send() -> Callable[..., Any]:
    """Submits a form of a page."""

    def send(client: FlaskClient, page: str, action: str, **fields: str) -> Any:
        found = CSRF.search(client.get(page).text)
        assert found
        return client.post(action, data={"csrf": found[1], **fields})

    return send


@pytest.fixture
def holder(
    stranger: FlaskClient, kept: KeptAccount, send: Callable[..., Any], shelf: Callable[..., None]
) -> FlaskClient:
    shelf()
    answer = send(stranger, "/signin", "/signin", name=NAME, password=PASSWORD, next="/account")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account")
    return stranger


def test_a_password_signs_in_and_the_page_knows_who_it_is(holder: FlaskClient) -> None:
    page = Elements(holder.get("/account").text)
    assert page.texts("h1") == [NAME]
    assert "Account" in page.texts("a")
    assert holder.get("/").status_code == 200


def test_a_wrong_password_is_told_at_its_field(
    stranger: FlaskClient, kept: KeptAccount, send: Callable[..., Any]
) -> None:
    answer = send(stranger, "/signin", "/signin", name=NAME, password="wrong words of mine")
    assert answer.status_code == 401
    (field,) = Elements(answer.text).with_attribute("aria-invalid")
    assert field["name"] == "password"
    assert NAME in answer.text
    assert "wrong words of mine" not in answer.text
    kept.wait_seconds = 8
    waits = send(stranger, "/signin", "/signin", name=NAME, password=PASSWORD)
    assert (waits.status_code, waits.headers["Retry-After"]) == (429, "8")


def test_a_forged_form_signs_nobody_in(stranger: FlaskClient, kept: KeptAccount, index: Any) -> None:
    stranger.get("/signin")
    answer = stranger.post("/signin", data={"name": NAME, "password": PASSWORD, "csrf": "guess"})
    assert answer.status_code == 403
    assert index.asked(SESSIONS) == []


def test_with_index_away_the_page_says_that_it_cannot_be_asked(holder: FlaskClient, index: Any) -> None:
    index.down = True
    assert holder.get("/account").status_code == 503


def test_a_link_leads_to_a_form_that_sets_the_password(
    stranger: FlaskClient, kept: KeptAccount, send: Callable[..., Any], index: Any
) -> None:
    there = "/welcome?link=wlnk_x"
    assert stranger.get(there).headers["Referrer-Policy"] == "same-origin"
    differs = send(stranger, there, "/welcome", link="wlnk_x", password=PASSWORD, again="another")
    assert (differs.status_code, index.asked(f"{SESSIONS}/by-link")) == (422, [])
    answer = send(stranger, there, "/welcome", link="wlnk_x", password=PASSWORD, again=PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    (asked,) = index.asked(f"{SESSIONS}/by-link")
    assert asked["link_sha256"] == token_sha256("wlnk_x")


def test_ones_devices_are_signed_out_one_by_one_and_together(
    holder: FlaskClient, kept: KeptAccount, send: Callable[..., Any], index: Any
) -> None:
    page = Elements(holder.get("/account").text)
    ends = [form["action"] for form in page.with_attribute("action") if "/end" in (form["action"] or "")]
    assert ends == [f"/account/sessions/{OTHER_SESSION_ID}/end", "/account/sessions/end"]
    assert holder.post(ends[0] or "", data={}).status_code == 403
    assert send(holder, "/account", ends[0] or "").status_code == 303
    assert send(holder, "/account", ends[1] or "").status_code == 303
    assert [one["session_id"] for one in index.asked(f"{OF_ACCOUNT}/sessions/end")] == [OTHER_SESSION_ID, None]
    assert holder.get_cookie("winnow_session") is None


def test_the_password_is_changed_by_who_knows_it(holder: FlaskClient, send: Callable[..., Any]) -> None:
    change = {"present": PASSWORD, "wanted": "entirely new words"}
    assert send(holder, "/account", "/account/password", **change).status_code == 303
    assert "every other device is signed out" in holder.get("/account").text
    wrong = send(holder, "/account", "/account/password", **{**change, "present": "wrong words"})
    assert wrong.status_code == 403
    assert "The present password is another." in wrong.text


def test_who_signs_in_with_a_key_has_no_account_page(visitor: FlaskClient, kept: KeptAccount) -> None:
    assert visitor.get("/account").status_code == 403


def test_admins_make_accounts_and_see_the_link_once(
    sign_in_with: Callable[..., FlaskClient], kept: KeptAccount, send: Callable[..., Any], index: Any
) -> None:
    admin = sign_in_with("admin")
    index.answers["POST /internal/v1/accounts"] = account_view(has_password=False)
    made = send(admin, OPS, f"{OPS}/create", name="Mina@example.org", role="writer", tenant_id="")
    (link,) = (text for text in Elements(made.text).texts("code") if "/welcome?link=" in text)
    (asked,) = (body for body in index.asked("/internal/v1/accounts") if body)
    assert token_sha256(link.partition("=")[2]) == asked["link_sha256"]
    assert (asked["name"], asked["tenant_id"]) == (NAME, "default")
    assert "/welcome?link=" not in admin.get(OPS).text
    assert send(admin, OPS, f"{OPS}/create", name="two words", role="writer").status_code == 422
    assert send(admin, OPS, f"{OPS}/create", name="n", role="root").status_code == 422


def test_a_link_leads_to_the_public_address_whatever_host_the_request_names(
    settings: GatewaySettings,
    parts: Any,
    give_keys: Callable[..., None],
    kept: KeptAccount,
    send: Callable[..., Any],
    index: Any,
) -> None:
    index.answers[f"{OF_ACCOUNT}/reset"] = account_view(has_password=False)
    mine = api_keys.generate()
    give_keys((mine, "default", ["admin"], False))
    for public_url, address in (("http://winnow.example.org", "http://winnow.example.org"), ("", "http://localhost")):
        admin = create_app(replace(settings, public_url=public_url), parts).test_client()
        send(admin, "/signin", "/signin", key=mine.text())
        page = send(admin, OPS, f"{OPS}/{ACCOUNT_ID}/reset")
        (link,) = (text for text in Elements(page.text).texts("code") if "/welcome?link=" in text)
        assert link.startswith(f"{address}/welcome?link=wlnk_")


def test_admins_disable_reset_and_sign_out_accounts(
    sign_in_with: Callable[..., FlaskClient], kept: KeptAccount, send: Callable[..., Any], index: Any
) -> None:
    admin = sign_in_with("admin")
    index.answers[f"{OF_ACCOUNT}/change"] = account_view(disabled_ms=5)
    index.answers[f"{OF_ACCOUNT}/reset"] = account_view(has_password=False)
    one = f"{OPS}/{ACCOUNT_ID}"
    for verb in ("disable", "enable", "sign-out"):
        assert send(admin, OPS, f"{one}/{verb}").status_code == 303
    assert send(admin, OPS, f"{one}/role", role="reader").status_code == 303
    assert send(admin, OPS, f"{one}/role", role="root").status_code == 422
    assert "/welcome?link=" in send(admin, OPS, f"{one}/reset").text
    assert [(body["role"], body["disabled"]) for body in index.asked(f"{OF_ACCOUNT}/change")] == [
        (None, True),
        (None, False),
        ("reader", None),
    ]


def test_every_command_of_the_page_is_one_that_the_command_line_takes(
    sign_in_with: Callable[..., FlaskClient], kept: KeptAccount
) -> None:
    commands = [text for text in Elements(sign_in_with("admin").get(OPS).text).texts("code") if "./winnow" in text]
    assert len(commands) >= 5
    for command in commands:
        parse(command)


def test_only_admins_see_accounts(sign_in_with: Callable[..., FlaskClient], kept: KeptAccount) -> None:
    assert sign_in_with("ops:read").get(OPS).status_code == 403
