"""People sign in with a password: what index says of a session holds everywhere within seconds, and for reading alone
while it is away.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from winnow_contracts import api_keys
from winnow_contracts.accounts import Role, token_sha256
from winnow_gateway import sessions
from winnow_gateway.app import create_app
from winnow_gateway.settings import GatewaySettings
from winnow_signin import kept_sessions
from winnow_signin.holders import AccountHolders

from .account_answers import (
    ACCOUNT_ID,
    NAME,
    OF_ACCOUNT,
    OTHER_SESSION_ID,
    PASSWORD,
    SESSION_ID,
    SESSIONS,
    KeptAccount,
    account_view,
)

ASKED = f"{SESSIONS}/check"


@pytest.fixture
def kept(index: Any) -> KeptAccount:
    kept = KeptAccount()
    index.answers |= kept.answers() | {"/internal/v1/jobs": {"items": [], "next_cursor": None}}
    return kept


@pytest.fixture
def sign_in(stranger: FlaskClient, kept: KeptAccount) -> Callable[..., Any]:
    def sign_in(**given: Any) -> Any:
        return stranger.post("/v1/session", json={"name": NAME, "password": PASSWORD, **given})

    return sign_in


@pytest.fixture
def holder(stranger: FlaskClient, sign_in: Callable[..., Any]) -> FlaskClient:
    """Somebody who is signed in, and whose unsafe requests carry the session's token."""
    stranger.environ_base["HTTP_X_CSRF_TOKEN"] = sign_in().get_json()["csrf"]
    return stranger


@pytest.fixture
def clock(app: Flask) -> list[float]:
    """The time that the gateway believes to have passed."""
    time = [1_000.0]
    holders: AccountHolders = app.extensions[sessions.ACCOUNTS]
    holders._clock = lambda: time[0]
    return time


def test_the_cookie_alone_has_the_token_and_index_its_hash(sign_in: Callable[..., Any], index: Any) -> None:
    answer = sign_in()
    shown = answer.get_json()
    assert (shown["account"]["name"], shown["key_id"], shown["scopes"]) == (NAME, ACCOUNT_ID, ["read", "write"])
    (cookie,) = (text for text in answer.headers.getlist("Set-Cookie") if text.startswith("winnow_session=w"))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    token = cookie.partition("=")[2].partition(";")[0]
    assert token not in answer.text
    (asked,) = index.asked(SESSIONS)
    assert token not in str(asked)
    assert asked["session"]["token_sha256"] == token_sha256(token)
    assert shown["csrf"] not in (token, token_sha256(token))


def test_it_is_secure_where_the_gateway_is(settings: GatewaySettings, parts: Any, kept: KeptAccount) -> None:
    client = create_app(replace(settings, secure_cookies=True), parts).test_client()
    answer = client.post("/v1/session", json={"name": NAME, "password": PASSWORD})
    assert all("Secure" in text for text in answer.headers.getlist("Set-Cookie"))


def test_who_is_signed_in_asks_with_the_cookie_and_acts_with_the_token(
    stranger: FlaskClient, sign_in: Callable[..., Any]
) -> None:
    csrf = sign_in().get_json()["csrf"]
    assert stranger.get("/v1/jobs").status_code == 200
    assert stranger.get("/v1/session").get_json()["csrf"] == csrf
    for headers in ({}, {"X-CSRF-Token": "guess"}):
        assert stranger.delete("/v1/account/sessions", headers=headers).status_code == 403
    assert stranger.delete("/v1/account/sessions", headers={"X-CSRF-Token": csrf}).get_json() == {"ended": 1}


@pytest.mark.parametrize("given", [{"password": "wrong words of mine"}, {"name": "nobody"}, {"name": "no body"}])
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(sign_in: Callable[..., Any], given: Any) -> None:
    answer = sign_in(**given)
    problem = answer.get_json()
    assert (answer.status_code, problem["code"]) == (401, "unauthenticated")
    assert problem["detail"] == "There is no account with this name and password."
    assert not [text for text in answer.headers.getlist("Set-Cookie") if text.startswith("winnow_session=w")]


def test_after_many_failures_the_answer_says_when_the_next_attempt_is_looked_at(
    sign_in: Callable[..., Any], kept: KeptAccount
) -> None:
    kept.wait_seconds = 16
    answer = sign_in()
    assert (answer.status_code, answer.get_json()["code"]) == (429, "rate-limited")
    assert answer.headers["Retry-After"] == "16"


def test_another_form_of_body_is_refused(sign_in: Callable[..., Any]) -> None:
    for given in ({"more": 1}, {"password": ""}, {"password": "x" * 201}, {"name": ["a"]}):
        assert sign_in(**given).get_json()["code"] == "invalid-field"


def test_a_session_that_ended_elsewhere_is_refused_within_five_seconds(
    clock: list[float], holder: FlaskClient, kept: KeptAccount, index: Any
) -> None:
    assert holder.get("/v1/jobs").status_code == 200
    asked = len(index.asked(ASKED))
    clock[0] += 4
    assert holder.get("/v1/jobs").status_code == 200
    assert len(index.asked(ASKED)) == asked, "what is known is not asked again"
    kept.tokens.clear()
    clock[0] += 1.1
    assert holder.get("/v1/jobs").status_code == 401


def test_another_role_holds_within_five_seconds(clock: list[float], holder: FlaskClient, kept: KeptAccount) -> None:
    assert holder.get("/v1/session").get_json()["scopes"] == ["read", "write"]
    kept.role = Role.READER
    clock[0] += 5.1
    assert holder.get("/v1/session").get_json()["scopes"] == ["read"]


def test_with_index_away_people_go_on_reading_for_an_hour_after_a_restart_too(
    settings: GatewaySettings,
    parts: Any,
    clock: list[float],
    holder: FlaskClient,
    index: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert holder.get("/v1/account").status_code == 200
    index.down = True
    clock[0] += 60
    assert holder.get("/v1/session").status_code == 200
    refused = holder.delete("/v1/account/sessions")
    assert (refused.status_code, refused.get_json()["code"]) == (503, "unavailable")
    assert "you may read" in refused.get_json()["detail"]
    token = holder.get_cookie("winnow_session")
    assert token is not None
    restarted = create_app(settings, parts).test_client()
    restarted.set_cookie("winnow_session", token.value)
    assert restarted.get("/v1/session").status_code == 200
    monkeypatch.setattr(kept_sessions, "KEPT_SECONDS", 0)
    over = restarted.get("/v1/session")
    assert (over.status_code, over.get_json()["code"]) == (503, "unavailable")
    assert "cannot be asked" in over.get_json()["detail"]


def test_a_cookie_that_is_no_token_costs_no_look_at_index(stranger: FlaskClient, kept: KeptAccount, index: Any) -> None:
    for text in ("nonsense", "wses_" + "x" * 500):
        stranger.set_cookie("winnow_session", text)
        assert stranger.get("/v1/jobs").status_code == 401
    assert index.asked(ASKED) == []


def test_what_is_kept_for_the_time_without_index_is_no_token_and_for_the_gateway_alone(
    holder: FlaskClient, parts: Any
) -> None:
    holder.get("/v1/jobs")
    (path,) = (parts.data_dir / "sessions").iterdir()
    token = holder.get_cookie("winnow_session")
    assert token is not None
    assert path.name == token_sha256(token.value)
    assert token.value not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0


def test_ones_devices_are_listed_and_signed_out(holder: FlaskClient, index: Any) -> None:
    items = holder.get("/v1/account/sessions").get_json()["items"]
    assert [(one["session_id"], one["is_this"]) for one in items] == [(SESSION_ID, True), (OTHER_SESSION_ID, False)]
    assert holder.delete(f"/v1/account/sessions/{OTHER_SESSION_ID}").status_code == 200
    (asked,) = index.asked(f"{OF_ACCOUNT}/sessions/end")
    assert asked["session_id"] == OTHER_SESSION_ID


def test_the_password_is_changed_by_who_knows_it_and_the_session_gets_another_token(
    app: Flask, holder: FlaskClient
) -> None:
    before = holder.get_cookie("winnow_session")
    change = {"present": PASSWORD, "wanted": "entirely new words"}
    assert holder.put("/v1/account/password", json=change).status_code == 204
    now = holder.get_cookie("winnow_session")
    assert before is not None
    assert now is not None
    assert now.value != before.value
    thief = app.test_client()
    thief.set_cookie("winnow_session", before.value)
    assert thief.get("/v1/session").status_code == 401
    holder.environ_base["HTTP_X_CSRF_TOKEN"] = holder.get("/v1/session").get_json()["csrf"]
    wrong = holder.put("/v1/account/password", json={**change, "present": "wrong words"})
    assert (wrong.status_code, wrong.get_json()["code"]) == (403, "forbidden")
    assert holder.put("/v1/account/password", json={**change, "x": 1}).status_code == 422


@pytest.mark.parametrize("path", ["/v1/session", "/v1/account/sessions", f"/v1/account/sessions/{SESSION_ID}"])
def test_who_signed_out_reads_nothing_while_index_is_away(
    settings: GatewaySettings, parts: Any, clock: list[float], holder: FlaskClient, index: Any, path: str
) -> None:
    token = holder.get_cookie("winnow_session")
    assert token is not None
    assert holder.get("/v1/account").status_code == 200
    assert holder.delete(path).status_code in (200, 204)
    index.down = True
    for app in (holder.application, create_app(settings, parts)):
        again = app.test_client()
        again.set_cookie("winnow_session", token.value)
        assert again.get("/v1/session").status_code == 503


def test_who_signed_another_device_out_goes_on_reading_while_index_is_away(
    clock: list[float], holder: FlaskClient, index: Any
) -> None:
    assert holder.delete(f"/v1/account/sessions/{OTHER_SESSION_ID}").status_code == 200
    index.down = True
    clock[0] += 60
    assert holder.get("/v1/session").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", {"disabled": True}),
        ("PATCH", "", {"role": "reader"}),
        ("POST", "/reset", None),
        ("DELETE", "/sessions", None),
    ],
)
def test_whom_an_admin_signs_out_reads_nothing_while_index_is_away(
    operator: FlaskClient, holder: FlaskClient, index: Any, method: str, path: str, body: Any
) -> None:
    index.answers[f"{OF_ACCOUNT}/change"] = account_view()
    index.answers[f"{OF_ACCOUNT}/reset"] = account_view(has_password=False)
    assert holder.get("/v1/account").status_code == 200
    done = operator.open(f"/v1/ops/accounts/{ACCOUNT_ID}{path}", method=method, json=body)
    assert done.status_code == 200
    index.down = True
    assert holder.get("/v1/session").status_code == 503


def test_signing_out_ends_the_session_in_index(holder: FlaskClient, kept: KeptAccount) -> None:
    assert holder.delete("/v1/session").status_code == 204
    assert kept.tokens == set()
    assert holder.get("/v1/session").status_code == 401


def test_a_key_has_no_account(client: FlaskClient) -> None:
    answer = client.get("/v1/account")
    assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden")


def test_a_link_sets_the_password_and_signs_in(stranger: FlaskClient, kept: KeptAccount, index: Any) -> None:
    answer = stranger.post("/v1/session", json={"link": "wlnk_x", "password": PASSWORD})
    assert answer.get_json()["account"]["account_id"] == ACCOUNT_ID
    (asked,) = index.asked(f"{SESSIONS}/by-link")
    assert asked["link_sha256"] == token_sha256("wlnk_x")
    assert stranger.get("/v1/jobs").status_code == 200


def test_admins_make_accounts_whose_link_is_shown_once(operator: FlaskClient, index: Any) -> None:
    index.answers["POST /internal/v1/accounts"] = account_view(has_password=False)
    answer = operator.post("/v1/ops/accounts", json={"name": "Mina@Example.org ", "role": "writer"})
    shown = answer.get_json()
    assert (answer.status_code, shown["has_password"]) == (201, False)
    path, _, token = shown["link"].partition("?link=")
    (asked,) = index.asked("/internal/v1/accounts")
    assert (path, asked["link_sha256"], asked["name"]) == ("/welcome", token_sha256(token), NAME)
    assert token not in str(asked)
    index.answers["GET /internal/v1/accounts"] = {"items": [account_view()]}
    (listed,) = operator.get("/v1/ops/accounts").get_json()["items"]
    assert "link" not in listed


def test_a_link_leads_to_the_public_address_and_not_to_the_host_that_a_request_names(
    settings: GatewaySettings, parts: Any, operator: FlaskClient, kept: KeptAccount, index: Any
) -> None:
    index.answers["POST /internal/v1/accounts"] = account_view(has_password=False)
    index.answers[f"{OF_ACCOUNT}/reset"] = account_view(has_password=False)
    public = create_app(replace(settings, public_url="https://winnow.example.org"), parts).test_client()
    headers = {"Authorization": operator.environ_base["HTTP_AUTHORIZATION"], "Host": "evil.example.net"}
    made = public.post("/v1/ops/accounts", json={"name": "n", "role": "writer"}, headers=headers)
    again = public.post(f"/v1/ops/accounts/{ACCOUNT_ID}/reset", headers=headers)
    for answer in (made, again):
        assert answer.get_json()["link"].startswith("https://winnow.example.org/welcome?link=wlnk_")


def test_admins_change_reset_and_sign_out_accounts(operator: FlaskClient, kept: KeptAccount, index: Any) -> None:
    path = f"/v1/ops/accounts/{ACCOUNT_ID}"
    index.answers[f"{OF_ACCOUNT}/change"] = lambda body: account_view(disabled_ms=5 if body["disabled"] else None)
    index.answers[f"{OF_ACCOUNT}/reset"] = account_view(has_password=False)
    assert operator.patch(path, json={"disabled": True}).get_json()["disabled_at"] == "1970-01-01T00:00:00.005Z"
    assert operator.patch(path, json={"role": "admin"}).status_code == 200
    assert [one["role"] for one in index.asked(f"{OF_ACCOUNT}/change")] == [None, "admin"]
    for wrong in ({}, {"role": "root"}, {"disabled": 1}, {"name": "x"}):
        assert operator.patch(path, json=wrong).get_json()["code"] == "invalid-field"
    assert operator.post(f"{path}/reset").get_json()["link"].startswith("/welcome?link=wlnk_")
    assert len(operator.get(f"{path}/sessions").get_json()["items"]) == 2
    assert operator.delete(f"{path}/sessions").get_json() == {"ended": 0}


def test_only_admins_see_accounts(client: FlaskClient, holder: FlaskClient, key: api_keys.ApiKey) -> None:
    for one in (client, holder):
        assert one.get("/v1/ops/accounts").status_code == 403
