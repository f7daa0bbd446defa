"""Pages require signing in; the form works without JavaScript."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from winnow_contracts import api_keys
from winnow_gateway.sessions import ACCOUNT_COOKIE, csrf_of

from ..index_answers import MEDIA_ID
from ..sounds import wav
from .conftest import CSRF, Elements


@pytest.mark.parametrize("page", ["/", "/search?q=라벨&mode=words", f"/m/{MEDIA_ID}?t=83.2"])
def test_every_page_asks_to_sign_in_and_leads_back(stranger: FlaskClient, page: str) -> None:
    answer = stranger.get(page)
    assert answer.status_code == 303
    where = urlsplit(answer.headers["Location"])
    assert where.path == "/signin"
    assert stranger.get(parse_qs(where.query).get("next", ["/"])[0]).status_code == 303
    if page.startswith("/m/"):
        assert parse_qs(where.query)["next"] == [page]


def test_a_wrong_key_is_told_at_its_field(stranger: FlaskClient) -> None:
    token = CSRF.search(stranger.get("/signin").text)
    assert token
    for wrong in ("nonsense", api_keys.generate().text(), ""):
        answer = stranger.post("/signin", data={"key": wrong, "csrf": token[1]})
        assert answer.status_code == 401
        field = next(each for each in Elements(answer.text).with_attribute("aria-invalid"))
        assert "wrong" in (field["aria-describedby"] or "")
        assert wrong == "" or wrong not in answer.text


def test_a_forged_sign_in_is_refused(stranger: FlaskClient, key: api_keys.ApiKey) -> None:
    stranger.get("/signin")
    for data in ({"key": key.text()}, {"key": key.text(), "csrf": "guess"}):
        assert stranger.post("/signin", data=data).status_code == 403
    assert stranger.get("/").status_code == 303


def test_signing_out_ends_the_session_and_can_not_be_forged(visitor: FlaskClient, shelf: Callable[..., None]) -> None:
    shelf()
    assert visitor.post("/signout", data={}).status_code == 403
    token = CSRF.search(visitor.get("/").text)
    assert token
    assert visitor.post("/signout", data={"csrf": token[1]}).status_code == 303
    assert visitor.get("/").status_code == 303


def test_a_planted_cookie_of_an_account_does_not_choose_the_token_of_a_keys_session(
    visitor: FlaskClient, shelf: Callable[..., None]
) -> None:
    shelf()
    visitor.set_cookie(ACCOUNT_COOKIE, "x")
    assert visitor.post("/signout", data={"csrf": csrf_of("x")}).status_code == 403
    token = CSRF.search(visitor.get("/").text)
    assert token
    assert visitor.post("/signout", data={"csrf": token[1]}).status_code == 303


def test_a_form_upload_is_accepted_and_shows_its_recording(
    visitor: FlaskClient, shelf: Callable[..., None], jobs: dict[str, Any]
) -> None:
    shelf()
    token = CSRF.search(visitor.get("/").text)
    assert token
    answer = visitor.post("/upload", data={"csrf": token[1], "file": (BytesIO(wav()), "rain.wav")})
    assert answer.status_code == 303
    page = visitor.get(answer.headers["Location"])
    assert page.status_code == 200
    assert "rain" in Elements(page.text).texts("h1")[0]
    assert len(jobs) == 1


def test_a_forged_or_bad_form_upload_is_refused_with_a_page(
    visitor: FlaskClient, shelf: Callable[..., None], jobs: dict[str, Any]
) -> None:
    shelf()
    token = CSRF.search(visitor.get("/").text)
    assert token
    assert visitor.post("/upload", data={"file": (BytesIO(wav()), "a.wav")}).status_code == 403
    text = visitor.post("/upload", data={"csrf": token[1], "file": (BytesIO(b"hello"), "a.mp4")})
    assert (text.status_code, text.mimetype) == (415, "text/html")
    assert "not a recording" in text.text
    large = visitor.post("/upload", data={"csrf": token[1], "file": (BytesIO(bytes(300_000)), "a.mp4")})
    assert (large.status_code, large.mimetype) == (413, "text/html")
    assert jobs == {}


def test_who_may_only_read_sees_no_upload(
    sign_in: Callable[..., FlaskClient], give_keys: Callable[..., None], shelf: Callable[..., None]
) -> None:
    shelf()
    reader = api_keys.generate()
    give_keys((reader, "default", ["read"], False))
    page = sign_in(reader).get("/")
    assert page.status_code == 200
    assert not Elements(page.text).with_attribute("data-upload")
