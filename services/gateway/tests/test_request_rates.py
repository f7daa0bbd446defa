"""How many requests a key may make in a minute, and how a client is told."""

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts import api_keys
from winnow_gateway.app import create_app


@pytest.fixture
def limited(settings: Any, parts: Any) -> Any:
    """A caller without a key, of a gateway that lets each key make two requests a minute."""
    return create_app(replace(settings, requests_per_minute=2), parts).test_client()


def of(key: api_keys.ApiKey) -> dict[str, str]:
    return {"Authorization": f"Bearer {key.text()}"}


def test_an_answer_tells_the_policy_and_what_is_left(client: FlaskClient, settings: Any) -> None:
    answer = client.get("/v1/jobs")
    quota = settings.requests_per_minute
    assert answer.headers["RateLimit-Policy"] == f'"key";q={quota};w=60'
    assert answer.headers["RateLimit"] == f'"key";r={quota - 1};t=1'


def test_a_key_above_its_rate_is_told_when_to_come_again_and_others_are_served(
    limited: FlaskClient, key: api_keys.ApiKey, give_keys: Any, index: Any
) -> None:
    other = api_keys.generate()
    give_keys((key, "default", ["read"], False), (other, "default", ["read"], False))
    statuses = [limited.get("/v1/nothing", headers=of(key)).status_code for _ in range(3)]
    assert statuses == [404] * 3, "what is no operation is counted for nobody"
    for _ in range(2):
        assert limited.get("/v1/jobs/x", headers=of(key)).status_code == 404
    index.seen.clear()
    refused = limited.get("/v1/jobs/x", headers=of(key))
    assert (refused.status_code, refused.get_json()["code"]) == (429, "rate-limited")
    assert 25 <= int(refused.headers["Retry-After"]) <= 30
    assert refused.headers["RateLimit"].startswith('"key";r=0;t=')
    assert index.seen == []
    assert limited.get("/v1/jobs/x", headers=of(other)).status_code == 404


def test_whoever_has_no_key_is_told_nothing_of_rates(limited: FlaskClient) -> None:
    for address in ("/healthz", "/v1/jobs"):
        assert "RateLimit" not in limited.get(address).headers


def test_without_a_limit_nothing_is_counted(settings: Any, parts: Any, key: api_keys.ApiKey) -> None:
    client = create_app(replace(settings, requests_per_minute=0), parts).test_client()
    assert "RateLimit" not in client.get("/v1/jobs/x", headers=of(key)).headers
