"""Feeds, as they are asked for: what is given is sent, and nothing else."""

import asyncio
import json

import pytest

from winnow_client import AsyncClient, Client, Conflict
from winnow_client.generated.models import Episode, Feed, FeedWithEpisodes

from .conftest import Script, blank, gives, problem


@pytest.fixture
def client(script: Script) -> Client:
    return Client(script.url, "secret")


def asked(script: Script) -> tuple[str, str, object]:
    last = script.asked[-1]
    return last.method, last.path, json.loads(last.body or b"null")


def test_one_is_added_changed_checked_and_removed(script: Script, client: Client) -> None:
    script.answers = [gives(201, blank(Feed, feed_id="feed_1"))]
    assert client.feeds.add("https://casts.example/feed", since="2026-11-30").feed_id == "feed_1"
    assert asked(script) == ("POST", "/v1/feeds", {"url": "https://casts.example/feed", "since": "2026-11-30"})
    assert "idempotency-key" in script.asked[-1].headers
    script.answers = [gives(200, blank(Feed, feed_id="feed_1", keep=0))]
    assert client.feeds.update("feed_1", keep=0, name="").keep == 0
    assert asked(script) == ("PATCH", "/v1/feeds/feed_1", {"keep": 0, "name": ""})
    script.answers = [gives(202, blank(Feed, feed_id="feed_1", looking=True))]
    assert client.feeds.check("feed_1").looking
    assert asked(script)[:2] == ("POST", "/v1/feeds/feed_1/check")
    script.answers = [gives(204, b"")]
    client.feeds.remove("feed_1")
    assert asked(script)[:2] == ("DELETE", "/v1/feeds/feed_1")


def test_feeds_are_listed_and_one_has_its_episodes(script: Script, client: Client) -> None:
    script.answers = [gives(200, {"items": [blank(Feed, feed_id="feed_1")]})]
    assert [one.feed_id for one in client.feeds.list()] == ["feed_1"]
    episode = blank(Episode, media_id="med_1", title="Nine")
    script.answers = [gives(200, {**blank(FeedWithEpisodes, feed_id="feed_1"), "episodes": [episode]})]
    assert [(one.media_id, one.title) for one in client.feeds.get("feed_1").episodes] == [("med_1", "Nine")]


def test_an_address_that_another_feed_has_is_refused_without_asyncio_and_with_it(
    script: Script, client: Client
) -> None:
    script.answers = [problem(409, "not-ready", "The feed feed_2 has this address already.")]
    with pytest.raises(Conflict, match="feed_2"):
        client.feeds.update("feed_1", url="https://casts.example/feed")

    async def changed() -> None:
        await AsyncClient(script.url, "secret").feeds.update("feed_1", url="https://casts.example/feed")

    script.answers = [problem(409, "not-ready", "The feed feed_2 has this address already.")]
    with pytest.raises(Conflict, match="feed_2"):
        asyncio.run(changed())
