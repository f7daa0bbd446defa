"""An account adds, checks and removes feeds where links are fetched; no answer has an address."""

import dataclasses
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts.links import LinkRules
from winnow_gateway.settings import GatewaySettings

from .feed_answers import FEED_ID, episode_view, feed_view

INDEX = "/internal/v1/feeds"
URL = "https://casts.example/feed.xml?token=hush"


@pytest.fixture
def settings(settings: GatewaySettings, request: pytest.FixtureRequest) -> GatewaySettings:
    return dataclasses.replace(settings, links=LinkRules(enabled=getattr(request, "param", True)))


@pytest.fixture(autouse=True)
def known(index: Any) -> None:
    index.answers |= {
        f"POST {INDEX}": feed_view(looking=True),
        f"GET {INDEX}": {"items": [feed_view()]},
        f"{INDEX}/{FEED_ID}": {"feed": feed_view(), "episodes": [episode_view()]},
        f"{INDEX}/{FEED_ID}/check": feed_view(looking=True),
        f"{INDEX}/{FEED_ID}/change": feed_view(keep=10),
        f"{INDEX}/{FEED_ID}/delete": {"feed_id": FEED_ID},
    }


@pytest.mark.parametrize(
    ("given", "keep", "since_ms"),
    [
        ({}, 3, None),
        ({"keep": 0}, 0, None),
        ({"keep": 20}, 20, None),
        ({"since": "2026-11-30"}, None, 1_795_996_800_000),
        ({"since": "2026-11-30T01:00:00+01:00", "keep": 5}, 5, 1_795_996_800_000),
        ({"since": "1960-01-01"}, None, 0),
    ],
)
def test_a_new_feed_takes_the_newest_three_or_what_its_account_says(
    client: FlaskClient, index: Any, settings: GatewaySettings, given: dict[str, Any], keep: Any, since_ms: Any
) -> None:
    answer = client.post("/v1/feeds", json={"url": URL, **given})
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/v1/feeds/{FEED_ID}")
    assert answer.get_json() == feed_view(looking=True)
    (asked,) = index.asked(INDEX)
    assert (asked["tenant_id"], asked["url"], asked["keep"], asked["since_ms"]) == ("default", URL, keep, since_ms)
    assert asked["limit_bytes"] == settings.max_upload_bytes
    assert "hush" not in answer.text


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({"url": "http://casts.example/"}, "#/url", "url-not-allowed"),
        ({"url": "https://10.0.0.1/"}, "#/url", "url-not-allowed"),
        ({"url": "https://me:word@casts.example/"}, "#/url", "url-not-allowed"),
        ({"url": 7}, "#/url", "invalid-field"),
        ({"url": ""}, "#/url", "invalid-field"),
        ({"keep": 21}, "#/keep", "invalid-field"),
        ({"keep": -1}, "#/keep", "invalid-field"),
        ({"keep": True}, "#/keep", "invalid-field"),
        ({"keep": "3"}, "#/keep", "invalid-field"),
        ({"since": "yesterday"}, "#/since", "invalid-field"),
        ({"since": 7}, "#/since", "invalid-field"),
        ({"since": "9999-12-31T23:59:59-14:00"}, "#/since", "invalid-field"),
        ({"name": "x"}, "#", "invalid-field"),
    ],
)
def test_what_cannot_be_a_feed_is_refused_by_name(
    client: FlaskClient, index: Any, given: dict[str, Any], pointer: str, code: str
) -> None:
    answer = client.post("/v1/feeds", json={"url": URL, **given})
    assert (answer.status_code, answer.get_json()["code"]) == (422, code)
    assert answer.get_json()["errors"][0]["pointer"] == pointer
    assert [one for one in index.asked(INDEX) if "url" in one] == []


def test_feeds_are_listed_shown_checked_and_removed(client: FlaskClient, index: Any, key: Any) -> None:
    one = f"/v1/feeds/{FEED_ID}"
    assert client.get("/v1/feeds").get_json() == {"items": [feed_view()]}
    assert client.get(one).get_json() == {**feed_view(), "episodes": [episode_view()]}
    assert client.post(f"{one}/check").status_code == 202
    assert client.delete(one).status_code == 204
    assert index.asked(f"{INDEX}/{FEED_ID}/check") == [{"tenant_id": "default"}]
    assert index.asked(f"{INDEX}/{FEED_ID}/delete") == [{"tenant_id": "default", "who": key.key_id}]


@pytest.mark.parametrize(
    ("given", "changed"),
    [
        ({"keep": 10}, {"keep": 10}),
        ({"since": "2026-11-30", "keep": 5}, {"since_ms": 1_795_996_800_000, "keep": 5}),
        ({"url": URL}, {"url": URL}),
        ({"name": " Our talks "}, {"name": "Our talks"}),
        ({"name": ""}, {"name": ""}),
    ],
)
def test_what_is_given_alone_is_changed(
    client: FlaskClient, index: Any, key: Any, given: Any, changed: dict[str, Any]
) -> None:
    answer = client.patch(f"/v1/feeds/{FEED_ID}", json=given)
    assert (answer.status_code, answer.get_json()) == (200, feed_view(keep=10))
    (asked,) = index.asked(f"{INDEX}/{FEED_ID}/change")
    nothing = {"url": None, "keep": None, "since_ms": None, "name": None}
    assert asked == {"tenant_id": "default", "who": key.key_id, **nothing, **changed}
    assert "hush" not in answer.text


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({}, "#", "invalid-field"),
        ({"keep": None}, "#", "invalid-field"),
        ({"title": "x"}, "#", "invalid-field"),
        ({"url": "https://10.0.0.1/"}, "#/url", "url-not-allowed"),
        ({"url": ""}, "#/url", "invalid-field"),
        ({"keep": 21}, "#/keep", "invalid-field"),
        ({"since": "yesterday"}, "#/since", "invalid-field"),
        ({"name": "x" * 201}, "#/name", "invalid-field"),
        ({"name": "a\nb"}, "#/name", "invalid-field"),
    ],
)
def test_what_a_feed_cannot_be_changed_to_is_refused(
    client: FlaskClient, index: Any, given: Any, pointer: str, code: str
) -> None:
    answer = client.patch(f"/v1/feeds/{FEED_ID}", json=given)
    assert (answer.status_code, answer.get_json()["code"]) == (422, code)
    assert answer.get_json()["errors"][0]["pointer"] == pointer
    assert index.asked(f"{INDEX}/{FEED_ID}/change") == []


@pytest.mark.parametrize("settings", [False], indirect=True)
def test_where_links_are_off_no_feed_is_added_changed_or_checked_but_each_can_be_removed(
    client: FlaskClient, index: Any
) -> None:
    for answer in (
        client.post("/v1/feeds", json={"url": URL}),
        client.patch(f"/v1/feeds/{FEED_ID}", json={"keep": 3}),
        client.post(f"/v1/feeds/{FEED_ID}/check"),
    ):
        assert (answer.status_code, answer.get_json()["code"]) == (403, "url-ingest-disabled")
    assert client.get("/v1/feeds").status_code == 200
    assert client.delete(f"/v1/feeds/{FEED_ID}").status_code == 204
    assert [one for one in index.asked(INDEX) if "url" in one] == []
