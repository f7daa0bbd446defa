"""Requests about accounts' feeds, which index keeps."""

from dataclasses import dataclass, field
from typing import ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedView:
    """One feed, without its address, which may hold a secret: ``host`` alone is shown. Times are RFC 3339 in UTC.

    ``name`` is what its account calls it, else its title, empty until it was read. ``keep`` is how many of its newest
    episodes are taken of those that were there when it was added or this was chosen, None for all since ``since``.
    ``looking`` is whether a look has begun and not ended; ``looked_at`` is when the last one ended. ``problem`` says
    in a sentence or two what kept the last look from taking all that it should.
    """

    feed_id: str
    name: str
    host: str
    keep: int | None
    since: str | None
    created_at: str
    looking: bool
    looked_at: str | None
    next_look_at: str
    problem: str
    episodes_taken: int
    episodes_passed_over: int
    """Those that were older than what was asked for. They are never taken."""
    episodes_waiting: int
    """Those that the next looks take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeView:
    """An episode that became a recording, which is still there."""

    media_id: str
    job_id: str
    title: str
    published_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedWithEpisodes:
    """A feed, and those of its episodes that were published last."""

    feed: FeedView
    episodes: tuple[EpisodeView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feeds:
    """All feeds of a tenant, the newest first."""

    items: tuple[FeedView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDeleted:
    """The feed that is no more."""

    feed_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFeeds(IndexRequest[Feeds]):
    """Request a tenant's feeds."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/feeds")

    tenant_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFeed(IndexRequest[FeedWithEpisodes]):
    """Request one feed. Refused with ``not-found``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/feeds/{feed_id}")

    tenant_id: str
    feed_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateFeed(IndexRequest[FeedView]):
    """Subscribe to a feed for the key ``who``; its first look begins at once.

    ``limit_bytes`` is the most that an episode may have. A ``url`` that the tenant has already is answered with its
    feed as it is. Refused with ``not-ready`` where the tenant has as many feeds as it may.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/feeds")

    tenant_id: str
    url: str = field(repr=False)
    keep: int | None
    since_ms: int | None
    limit_bytes: int
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFeed(IndexRequest[FeedView]):
    """Change what is not None, for the key ``who``. Where it is more than the name, the feed is looked at anew.

    ``keep`` and ``since_ms`` are one choice: where one of them is given, it replaces both, and the next look decides by
    it on all episodes that were not taken. An empty ``name`` is the feed's own. Refused with ``not-found``, and with
    ``not-ready`` where the tenant has another feed of this ``url``.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/feeds/{feed_id}/change")

    tenant_id: str
    feed_id: str
    who: str
    url: str | None = field(default=None, repr=False)
    keep: int | None = None
    since_ms: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteFeed(IndexRequest[FeedDeleted]):
    """Look at a feed no more, and forget it, for the key ``who``. What was taken stays. Refused with ``not-found``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/feeds/{feed_id}/delete")

    tenant_id: str
    feed_id: str
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckFeed(IndexRequest[FeedView]):
    """Look at a feed now, unless a look is under way.

    Refused with ``not-found``, and with ``rate-limited`` where a look has just ended.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/feeds/{feed_id}/check")

    tenant_id: str
    feed_id: str


REQUESTS = (ListFeeds, ReadFeed, CreateFeed, ChangeFeed, DeleteFeed, CheckFeed)
