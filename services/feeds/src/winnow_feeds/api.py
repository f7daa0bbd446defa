"""The routes of feeds and of looks at them. Index's internal API finds them by their entry point."""

from typing import Any

from flask import Flask

from winnow_contracts.index_api.feed_looks import (
    ChooseEpisodes,
    ChosenEpisodes,
    DueLook,
    LookNoted,
    NoteLook,
    TakeLook,
)
from winnow_contracts.index_api.feeds import (
    ChangeFeed,
    CheckFeed,
    CreateFeed,
    DeleteFeed,
    FeedDeleted,
    Feeds,
    FeedView,
    FeedWithEpisodes,
    ListFeeds,
    ReadFeed,
)
from winnow_contracts.json_codec import from_json
from winnow_feeds.feeds import FeedStore
from winnow_feeds.looks import Looks
from winnow_index.api.request_args import body, needed, number, text
from winnow_index.api.serving import serves
from winnow_index.database import Database


def add(app: Flask, database: Database) -> None:
    """Add the routes."""
    _add_feeds(app, FeedStore(database))
    _add_looks(app, Looks(database))


def _add_feeds(app: Flask, store: FeedStore) -> None:
    @serves(app, ListFeeds)
    def page() -> Feeds:
        return store.all(needed("tenant_id"))

    @serves(app, ReadFeed)
    def one(feed_id: str) -> FeedWithEpisodes:
        return store.one(needed("tenant_id"), feed_id)

    @serves(app, CreateFeed, status=201)
    def create() -> FeedView:
        given = body()
        for name in ("tenant_id", "url", "who"):
            text(given, name)
        return store.create(from_json(CreateFeed, given))

    @serves(app, ChangeFeed)
    def change(feed_id: str) -> FeedView:
        given = body()
        for name in ("tenant_id", "who"):
            text(given, name)
        return store.change(from_json(ChangeFeed, {**given, "feed_id": feed_id}))

    @serves(app, DeleteFeed)
    def delete(feed_id: str) -> FeedDeleted:
        given = body()
        text(given, "tenant_id")
        store.delete(from_json(DeleteFeed, {**given, "feed_id": feed_id}))
        return FeedDeleted(feed_id=feed_id)

    @serves(app, CheckFeed)
    def check(feed_id: str) -> FeedView:
        return store.check(text(body(), "tenant_id"), feed_id)


def _add_looks(app: Flask, looks: Looks) -> None:
    @serves(app, TakeLook)
    def take(feed_id: str) -> DueLook:
        return looks.take(from_json(TakeLook, _counted(feed_id, "look", "run")))

    @serves(app, ChooseEpisodes)
    def choose(feed_id: str) -> ChosenEpisodes:
        return looks.choose(from_json(ChooseEpisodes, _counted(feed_id, "look")))

    @serves(app, NoteLook)
    def note(feed_id: str) -> LookNoted:
        looks.note(from_json(NoteLook, _counted(feed_id, "look", "run")))
        return LookNoted(feed_id=feed_id)


def _counted(feed_id: str, *names: str) -> dict[str, Any]:
    given = body()
    for name in names:
        number(given, name, over=0, at_most=2**31 - 1)
    return {**given, "feed_id": feed_id}
