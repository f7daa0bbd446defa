"""The task that looks at a feed, and hands index its new episodes."""

from dataclasses import replace
from typing import Protocol, TypeVar
from urllib.parse import unquote, urlsplit

from winnow_base import metrics
from winnow_base.objects.store import ObjectStore
from winnow_contracts.commands import LookAtFeed
from winnow_contracts.errors import Snoozed, TimedOut, TryAlone, Unavailable
from winnow_contracts.feeds import episode_ids
from winnow_contracts.index_api.feed_looks import ChooseEpisodes, DueLook, NoteLook, TakeLook, TakenEpisode
from winnow_contracts.internal_api import IndexRequest
from winnow_contracts.json_codec import to_json
from winnow_contracts.links import Link
from winnow_journal.task import Task
from winnow_media.feeds.listing import Episode, Listing, NoFeed
from winnow_media.feeds.program import TOO_MUCH
from winnow_media.feeds.reader import FeedReader

A = TypeVar("A")
_INDEX_AWAY_SECONDS = 10.0
_LONGEST_FILENAME = 200
_NOTHING_TO_FETCH = "The feed lists no episode with a sound or film that can be fetched."


class Index(Protocol):
    """Answers requests, as ``IndexClient`` does. Raises WinnowError."""

    def ask(self, request: IndexRequest[A]) -> A:
        """The answer."""


def look_at_feed(task: Task, command: LookAtFeed, *, reader: FeedReader, objects: ObjectStore, index: Index) -> None:
    """Read the feed, and keep the links of what index chooses, as if a person had sent them.

    Nothing of it is a step: a step's result is told, and this would be addresses. Done again it ends the same, because
    an episode's ids are its own. What is wrong with the feed is no error of the task: index has the reason.
    """
    feed_id, look, run = command.feed_id, command.look, task.envelope.run
    due = _answer(index, TakeLook(feed_id=feed_id, look=look, run=run))
    if not due.url:
        return
    ending = NoteLook(feed_id=feed_id, look=look, run=run)
    try:
        listing = _read(task, due, reader)
    except NoFeed as error:
        _answer(index, replace(ending, failed=True, problem=str(error)))
        metrics.FEED_LOOKS.labels("failed").inc()
        task.tell_result(problem=str(error))
        return
    if listing is None:
        _answer(index, replace(ending, unchanged=True))
        metrics.FEED_LOOKS.labels("unchanged").inc()
        return
    listed = tuple(one.listed() for one in listing.episodes)
    chosen = _answer(index, ChooseEpisodes(feed_id=feed_id, look=look, episodes=listed))
    by_key = {one.key: one for one in reversed(listing.episodes)}
    taken = [by_key[key] for key in chosen.keys]
    for one in taken:
        link = Link(url=one.url, title=one.title, captions_url=one.captions_url, captions_name=one.captions_name)
        objects.put_json(episode_ids(due.tenant_id, feed_id, one.key).link_key, to_json(link))
    ending = replace(
        ending,
        problem=chosen.problem or ("" if listing.episodes else _NOTHING_TO_FETCH),
        name=listing.name,
        language=listing.language,
        etag=listing.etag,
        last_modified=listing.last_modified,
        newest_ms=listing.newest_ms,
        waiting=chosen.waiting,
        taken=tuple(map(_taken, taken)),
    )
    _answer(index, ending)
    metrics.FEED_LOOKS.labels("read").inc()
    metrics.FEED_EPISODES.inc(len(taken))
    task.tell_result(listed=len(listed), taken=len(taken), waiting=chosen.waiting)


def _read(task: Task, due: DueLook, reader: FeedReader) -> Listing | None:
    """As ``FeedReader.read``; a child that is killed from outside even where nothing runs beside it reads no feed."""
    try:
        return reader.read(due, task.check)
    except TryAlone:
        if not task.envelope.alone:
            raise
        raise NoFeed(TOO_MUCH) from None


def _taken(one: Episode) -> TakenEpisode:
    name = unquote(urlsplit(one.url).path).rpartition("/")[2]
    filename = "".join(letter for letter in name if letter.isprintable())[:_LONGEST_FILENAME] or "episode"
    return TakenEpisode(key=one.key, title=one.title or filename, filename=filename, published_ms=one.published_ms)


def _answer(index: Index, request: IndexRequest[A]) -> A:
    """Index's answer. Raises Snoozed while it is away: waiting for it costs no retry."""
    try:
        return index.ask(request)
    except (Unavailable, TimedOut) as error:
        raise Snoozed(error.detail, wait_seconds=_INDEX_AWAY_SECONDS, code="unavailable") from error
