"""People sign in by a real OpenID Connect provider on this machine: who it vouches for, and nobody else."""

import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import urllib3
from flask.testing import FlaskClient
from werkzeug.serving import make_server
from werkzeug.utils import redirect
from werkzeug.wrappers import Request

from winnow_gateway.app import create_app
from winnow_gateway.settings import GatewaySettings, OidcSettings

from ..account_answers import NAME, SESSIONS, KeptAccount

# The provider still uses what Authlib will drop. Its thread has the warnings of the test that runs.
pytestmark = [
    pytest.mark.filterwarnings("ignore::authlib.deprecate.AuthlibDeprecationWarning"),
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
]

VOUCHED = f"{SESSIONS}/vouched"
GOOD, UNVERIFIED, FOR_ANOTHER = "mina", "mallory", "oscar"
_VERIFIED = {"email": "Mina@Example.org", "email_verified": True}


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from oidc_provider_mock import User, run_server_in_thread
    people = (
        User(sub=GOOD, claims=_VERIFIED),
        User(sub=FOR_ANOTHER, claims={**_VERIFIED, "aud": "another", "azp": "winnow"}),
        User(sub=UNVERIFIED, claims={"email": NAME, "email_verified": False}),
    )
    with run_server_in_thread(user_claims=people, require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def kept(index: Any) -> KeptAccount:
    kept = KeptAccount()
    index.answers |= kept.answers()
    index.answers[VOUCHED] = lambda body: kept.begun(body, body["name"] == NAME)
    return kept


@pytest.fixture
def browser(settings: GatewaySettings, parts: Any, kept: KeptAccount, issuer: str) -> FlaskClient:
    oidc = OidcSettings(issuer=issuer, client_id="winnow", client_secret="s", newcomers=frozenset({"example.net"}))
    return create_app(replace(settings, oidc=oidc, public_url="http://localhost"), parts).test_client()


@pytest.fixture
def agree() -> Callable[..., str]:
    """What somebody does at the provider: returns the path and query to which it leads back."""

    def agree(location: str, sub: str) -> str:
        form = urlencode({"sub": sub})
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = urllib3.request("POST", location, body=form, headers=headers, redirect=False)
        assert answer.status in (302, 303), answer.data
        back = urlsplit(answer.headers["Location"])
        assert back.netloc == "localhost"
        return f"{back.path}?{back.query}"

    return agree


def test_who_the_provider_vouches_for_is_signed_in_and_led_back(
    browser: FlaskClient, agree: Callable[..., str], index: Any
) -> None:
    assert "/signin/provider" in browser.get("/signin").text
    to = browser.get("/signin/provider?next=/photos").headers["Location"]
    asked = parse_qs(urlsplit(to).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    back = browser.get(agree(to, GOOD))
    assert (back.status_code, back.headers["Location"]) == (303, "/photos")
    (sent,) = index.asked(VOUCHED)
    assert (sent["name"], sent["newcomers_tenant_id"]) == (NAME, None)
    assert browser.get("/v1/session").get_json()["account"]["name"] == NAME


def test_an_address_that_nobody_verified_is_nobodys(
    browser: FlaskClient, agree: Callable[..., str], index: Any
) -> None:
    to = browser.get("/signin/provider").headers["Location"]
    refused = browser.get(agree(to, UNVERIFIED))
    assert (refused.status_code, "does not vouch" in refused.text) == (401, True)
    assert index.asked(VOUCHED) == []


def test_a_way_back_that_was_not_begun_in_this_browser_is_refused(
    browser: FlaskClient, agree: Callable[..., str], index: Any
) -> None:
    back = agree(browser.get("/signin/provider").headers["Location"], GOOD)
    stranger = browser.application.test_client()
    refused = stranger.get(back)
    assert (refused.status_code, "was not completed" in refused.text) == (401, True)
    assert index.asked(VOUCHED) == []
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 401, "a code is good once"


def test_a_word_that_is_for_another_service_is_refused(
    browser: FlaskClient, agree: Callable[..., str], index: Any
) -> None:
    to = browser.get("/signin/provider").headers["Location"]
    refused = browser.get(agree(to, FOR_ANOTHER))
    assert (refused.status_code, "was not completed" in refused.text) == (401, True)
    assert index.asked(VOUCHED) == []


@pytest.fixture
def leads_elsewhere(issuer: str) -> Iterator[str]:
    """A provider's address whose discovery leads to another provider."""
    server = make_server("127.0.0.1", 0, Request.application(lambda request: redirect(issuer + request.path)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_word_of_another_provider_than_the_one_that_the_settings_name_is_refused(
    settings: GatewaySettings,
    parts: Any,
    kept: KeptAccount,
    leads_elsewhere: str,
    agree: Callable[..., str],
    index: Any,
) -> None:
    oidc = OidcSettings(issuer=leads_elsewhere, client_id="winnow", client_secret="s")
    browser = create_app(replace(settings, oidc=oidc, public_url="http://localhost"), parts).test_client()
    refused = browser.get(agree(browser.get("/signin/provider").headers["Location"], GOOD))
    assert (refused.status_code, "was not completed" in refused.text) == (401, True)
    assert index.asked(VOUCHED) == []


def test_sign_ins_that_nobody_completed_leave_room_for_another(
    browser: FlaskClient, agree: Callable[..., str], index: Any
) -> None:
    begun = [browser.get("/signin/provider").headers["Location"] for _ in range(12)]
    cookie = browser.get_cookie("winnow")
    assert cookie is not None
    assert len(cookie.value) < 3_000, "a browser keeps 4,096 bytes of name, value and attributes"
    assert browser.get(agree(begun[0], GOOD)).status_code == 401
    assert browser.get(agree(begun[-2], GOOD)).status_code == 303


def test_newcomers_of_a_domain_get_an_account(
    settings: GatewaySettings, parts: Any, kept: KeptAccount, issuer: str, agree: Callable[..., str], index: Any
) -> None:
    oidc = OidcSettings(
        issuer=issuer, client_id="winnow", client_secret="s", newcomers=frozenset({"example.org"}), tenant_id="acme"
    )
    browser = create_app(replace(settings, oidc=oidc, public_url="http://localhost"), parts).test_client()
    browser.get(agree(browser.get("/signin/provider").headers["Location"], GOOD))
    assert [one["newcomers_tenant_id"] for one in index.asked(VOUCHED)] == ["acme"]


def test_who_has_no_account_is_told_so(browser: FlaskClient, agree: Callable[..., str], index: Any) -> None:
    index.answers[VOUCHED] = {"held": None, "wait_seconds": 0}
    refused = browser.get(agree(browser.get("/signin/provider").headers["Location"], GOOD))
    assert (refused.status_code, "There is no account for Mina@Example.org" in refused.text) == (401, True)


def test_a_provider_that_is_away_is_told_in_words(settings: GatewaySettings, parts: Any) -> None:
    oidc = OidcSettings(issuer="http://127.0.0.1:1", client_id="winnow", client_secret="s")
    away = create_app(replace(settings, oidc=oidc, public_url="http://localhost"), parts).test_client()
    answer = away.get("/signin/provider")
    assert (answer.status_code, "does not answer" in answer.text) == (503, True)


def test_without_a_provider_there_is_no_way_to_one(stranger: FlaskClient) -> None:
    assert "/signin/provider" not in stranger.get("/signin").text
    assert stranger.get("/signin/provider").status_code == 404
