"""Requests of the task that looks at a feed: media fetches and reads it, index says what to take and counts."""

from dataclasses import dataclass, field
from typing import ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class DueLook:
    """The look that is to be made. ``url`` is empty if there is none any more; then its job is done.

    ``etag`` and ``last_modified`` are what the feed's server said of what was read last, empty if it is to be read
    in any case.
    """

    tenant_id: str = ""
    url: str = field(default="", repr=False)
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEpisode:
    """An episode that a feed lists. ``key`` is what it is known by; ``size_bytes`` is 0 where the feed does not say."""

    key: str
    published_ms: int | None
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenEpisodes:
    """The keys of the episodes that this look takes, the newest first.

    ``waiting`` more are left to the next ones; ``problem`` says why, if it is not their number.
    """

    keys: tuple[str, ...]
    waiting: int
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenEpisode:
    """An episode whose link is in the store, under the key of its ``EpisodeIds``."""

    key: str
    title: str
    filename: str
    published_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookNoted:
    """The look has ended."""

    feed_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeLook(IndexRequest[DueLook]):
    """Ask for the look ``look`` of a feed, in the run ``run`` of its job."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/feeds/{feed_id}/take-look")

    feed_id: str
    look: int
    run: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseEpisodes(IndexRequest[ChosenEpisodes]):
    """Tell what a feed lists, in its order, and ask what to take of it. Asked again it answers the same."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/feeds/{feed_id}/choose")

    feed_id: str
    look: int
    episodes: tuple[ListedEpisode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLook(IndexRequest[LookNoted]):
    """End a look: its episodes become jobs, and the feed knows how it went. What was noted before changes nothing.

    ``failed`` is whether the feed could not be read, for which ``problem`` then has the reason. ``unchanged``: its
    server said that nothing is new. ``waiting`` is as index chose.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/feeds/{feed_id}/note-look")

    feed_id: str
    look: int
    run: int
    failed: bool = False
    unchanged: bool = False
    problem: str = ""
    name: str = ""
    language: str = ""
    """What is spoken, as the feed says: a code of ``SPEECH_LANGUAGES``, or empty."""
    etag: str = ""
    last_modified: str = ""
    newest_ms: int | None = None
    """When the newest episode was published."""
    waiting: int = 0
    taken: tuple[TakenEpisode, ...] = ()


REQUESTS = (TakeLook, ChooseEpisodes, NoteLook)
