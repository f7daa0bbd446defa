"""An account's feeds as pages: with a form where links are fetched, and guarded as every form."""

import dataclasses
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts.links import LinkRules
from winnow_gateway.settings import GatewaySettings

from ..feed_answers import FEED_ID, episode_view, feed_view
from ..index_answers import MEDIA_ID
from ..standin import StandIn
from . import command_line
from .conftest import CSRF, Elements

INDEX = "/internal/v1/feeds"
ONE = f"/feeds/{FEED_ID}"
NASTY = "<script>alert(1)</script> {{7*7}}"


@pytest.fixture
def settings(settings: GatewaySettings, request: pytest.FixtureRequest) -> GatewaySettings:
    return dataclasses.replace(settings, links=LinkRules(enabled=getattr(request, "param", True)))


@pytest.fixture(autouse=True)
def known(index: StandIn) -> StandIn:
    feed = feed_view(name=NASTY, problem="The feed could not be fetched.", episodes_waiting=2)
    fresh = feed_view(name="", looked_at=None, looking=True, since="2026-11-30T00:00:00.000Z", keep=None)
    index.answers |= {
        f"GET {INDEX}": {"items": [feed, fresh]},
        f"POST {INDEX}": fresh,
        f"{INDEX}/{FEED_ID}": {"feed": feed, "episodes": [episode_view(title=NASTY)]},
        f"{INDEX}/{FEED_ID}/check": fresh,
        f"{INDEX}/{FEED_ID}/change": fresh,
        f"{INDEX}/{FEED_ID}/delete": {"feed_id": FEED_ID},
    }
    return index


def press(visitor: FlaskClient, action: str, **fields: Any) -> Any:
    found = CSRF.search(visitor.get("/feeds").text)
    assert found
    return visitor.post(action, data={"csrf": found[1], **fields})


def test_the_pages_show_feeds_and_their_recordings(visitor: FlaskClient) -> None:
    for address in ("/feeds", ONE):
        page = visitor.get(address).text
        elements = Elements(page)
        assert "<script>alert" not in page
        assert all(a.get("data-label") for tag, a, _ in elements.all if tag == "td")
        assert elements.with_attribute("style") == []
        for command in elements.texts("code"):
            if command.startswith("./winnow"):
                command_line.parse(command)
    words = " ".join(visitor.get(ONE).text.split())
    assert "The feed could not be fetched." in words
    assert (
        "The first look took the newest 3. 3 taken, 247 older ones passed over, 2 waiting for the next look." in words
    )
    assert f'href="/m/{MEDIA_ID}"' in words
    assert "casts.example" in visitor.get("/feeds").text, "a feed without a name"


def test_a_feed_is_added_by_the_form(visitor: FlaskClient, known: StandIn) -> None:
    answer = press(visitor, "/feeds/add", url=" https://casts.example/feed ", keep="", since="")
    assert (answer.status_code, answer.headers["Location"]) == (303, ONE)
    press(visitor, "/feeds/add", url="https://casts.example/feed", keep="5", since="2026-11-30")
    first, second = (one for one in known.asked(INDEX) if "url" in one)
    assert (first["url"], first["keep"], first["since_ms"]) == ("https://casts.example/feed", 3, None)
    assert (second["keep"], second["since_ms"]) == (5, 1_795_996_800_000)


@pytest.mark.parametrize(
    "fields", [{"url": "http://10.0.0.1/"}, {"keep": "many"}, {"keep": "9" * 5_000}, {"since": "then"}]
)
def test_what_cannot_be_a_feed_is_explained(visitor: FlaskClient, known: StandIn, fields: dict[str, str]) -> None:
    assert press(visitor, "/feeds/add", **{"url": "https://casts.example/feed", **fields}).status_code == 422
    assert [one for one in known.asked(INDEX) if "url" in one] == []


def test_one_is_changed_in_what_is_filled_in(visitor: FlaskClient, known: StandIn) -> None:
    empty = {"url": "", "keep": "", "since": "", "name": ""}
    assert press(visitor, f"{ONE}/change", **{**empty, "keep": "10", "name": " Ours "}).headers["Location"] == ONE
    (asked,) = known.asked(f"{INDEX}/{FEED_ID}/change")
    assert (asked["keep"], asked["name"], asked["url"], asked["since_ms"]) == (10, "Ours", None, None)
    assert press(visitor, f"{ONE}/change", **empty).status_code == 422
    assert press(visitor, f"{ONE}/change", **{**empty, "url": "http://10.0.0.1/"}).status_code == 422
    assert len(known.asked(f"{INDEX}/{FEED_ID}/change")) == 1


def test_one_is_checked_and_removed(visitor: FlaskClient, known: StandIn) -> None:
    assert press(visitor, f"{ONE}/check").headers["Location"] == ONE
    assert press(visitor, f"{ONE}/remove").headers["Location"] == "/feeds"
    assert known.asked(f"{INDEX}/{FEED_ID}/check") == [{"tenant_id": "default"}]
    (removed,) = known.asked(f"{INDEX}/{FEED_ID}/delete")
    assert removed["tenant_id"] == "default"
    assert removed["who"]


def test_without_the_sessions_token_nothing_happens(visitor: FlaskClient, known: StandIn) -> None:
    for action in ("/feeds/add", f"{ONE}/change", f"{ONE}/check", f"{ONE}/remove"):
        assert visitor.post(action, data={"url": "https://casts.example/"}).status_code == 403
    assert [path for path, _ in known.seen if path.startswith(INDEX) and path != INDEX] == []
    assert [one for one in known.asked(INDEX) if "url" in one] == []


@pytest.mark.parametrize("settings", [False], indirect=True)
def test_where_links_are_off_the_page_says_so(visitor: FlaskClient, known: StandIn) -> None:
    page = visitor.get("/feeds").text
    assert "WINNOW_FETCH_URLS" in page
    assert "/feeds/add" not in page
    assert press(visitor, "/feeds/add", url="https://casts.example/").status_code == 403
