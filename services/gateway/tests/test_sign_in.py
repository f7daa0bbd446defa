import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from winnow_contracts import api_keys
from winnow_gateway.sessions import session_secret

from .sounds import wav


def sign_in(stranger: FlaskClient, key: api_keys.ApiKey) -> Any:
    return stranger.post("/v1/session", json={"key": key.text()})


def test_without_a_key_the_answer_names_the_scheme(stranger: FlaskClient) -> None:
    for address in ("/v1/media", "/v1/search?q=a", "/v1/jobs"):
        answer = stranger.get(address)
        assert (answer.status_code, answer.get_json()["code"]) == (401, "unauthenticated")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert stranger.get("/v1/media", headers={"Authorization": "Basic eDp5"}).status_code == 401


def test_a_key_without_the_scope_may_not_upload(
    stranger: FlaskClient, key: api_keys.ApiKey, give_keys: Callable[..., None]
) -> None:
    give_keys((key, "default", ["read"], False))
    answer = stranger.post("/v1/media?filename=a.wav", data=wav(), headers={"Authorization": f"Bearer {key.text()}"})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden")


def test_the_page_signs_in_and_its_cookie_is_out_of_scripts_reach(
    stranger: FlaskClient, key: api_keys.ApiKey, index: Any
) -> None:
    index.answers["/internal/v1/jobs"] = {"items": [], "next_cursor": None}
    answer = sign_in(stranger, key)
    assert answer.status_code == 200
    assert answer.get_json()["tenant_id"] == "default"
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert key.secret not in cookie
    assert stranger.get("/v1/jobs").status_code == 200
    assert stranger.get("/v1/session").get_json()["csrf"] == answer.get_json()["csrf"]


def test_a_wrong_key_signs_nobody_in(stranger: FlaskClient) -> None:
    answer = sign_in(stranger, api_keys.generate())
    assert (answer.status_code, answer.get_json()["code"]) == (401, "unauthenticated")
    assert stranger.get("/v1/session").status_code == 401


def test_only_json_of_the_right_form_signs_in(stranger: FlaskClient, key: api_keys.ApiKey) -> None:
    for request in ({"data": {"key": key.text()}}, {"json": {"key": 1}}, {"json": {"key": key.text(), "x": 1}}, {}):
        assert stranger.post("/v1/session", **request).get_json()["code"] == "invalid-field"


def test_an_unsafe_request_by_cookie_needs_the_token(stranger: FlaskClient, key: api_keys.ApiKey) -> None:
    csrf = sign_in(stranger, key).get_json()["csrf"]
    for headers in ({}, {"X-CSRF-Token": "guess"}):
        answer = stranger.post("/v1/media?filename=a.wav", data=wav(), headers=headers)
        assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden")
        assert stranger.delete("/v1/session", headers=headers).status_code == 403
    good = stranger.post("/v1/media?filename=a.wav", data=wav(), headers={"X-CSRF-Token": csrf})
    assert good.status_code == 202
    assert stranger.delete("/v1/session", headers={"X-CSRF-Token": csrf}).status_code == 204
    assert stranger.get("/v1/session").status_code == 401


def test_a_revoked_key_ends_its_sessions(
    stranger: FlaskClient, key: api_keys.ApiKey, parts: Any, give_keys: Callable[..., None]
) -> None:
    sign_in(stranger, key)
    give_keys((key, "default", ["read"], True))
    parts.keys._fetched = parts.keys._asked = float("-inf")
    assert stranger.get("/v1/session").status_code == 401


def test_a_forged_cookie_signs_nobody_in(stranger: FlaskClient) -> None:
    stranger.set_cookie("winnow", "eyJrZXlfaWQiOiJhYmMifQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb")
    assert stranger.get("/v1/session").status_code == 401


def test_the_secret_that_signs_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "session-secret"
    first = session_secret(path)
    assert len(first) == 32
    assert session_secret(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["session-secret"]
