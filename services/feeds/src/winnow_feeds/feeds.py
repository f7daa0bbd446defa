"""Keeps accounts' feeds. Of an address, which may hold a secret, no answer has more than its host."""

import hashlib
import math
from typing import Any
from urllib.parse import urlsplit

from winnow_contracts import identity
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Conflict, NotFound, RateLimited
from winnow_contracts.index_api.audit import AuditAction
from winnow_contracts.index_api.feeds import (
    ChangeFeed,
    CreateFeed,
    DeleteFeed,
    EpisodeView,
    Feeds,
    FeedView,
    FeedWithEpisodes,
)
from winnow_feeds.begin import begin_looks
from winnow_index.control.audit import note
from winnow_index.database import Database, Transaction
from winnow_index.views import instant, instant_or_none

MOST_FEEDS = 100
"""How many a tenant may have."""
SHOWN_EPISODES = 20
LEAST_CHECK_SECONDS = 30
"""How long after a look somebody may ask for another: a feed's server is a stranger's."""
_LOOK_MS = 60_000
"""How long a look that was begun before a change may go on: no tenant has more of them under way than its share."""


class FeedStore:
    """Lists, adds, changes, checks and removes feeds. All methods raise Unavailable if PostgreSQL does not answer.

    ``one`` and all that change one raise NotFound, for other tenants' feeds, too.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self, tenant_id: str) -> Feeds:
        """A tenant's feeds, the newest first."""
        with self._database.transaction() as transaction:
            return Feeds(items=tuple(_read(transaction, tenant_id)))

    def one(self, tenant_id: str, feed_id: str) -> FeedWithEpisodes:
        """One feed with the newest of the episodes that were taken."""
        with self._database.transaction() as transaction:
            feed = _one(transaction, tenant_id, feed_id)
            rows = transaction.rows("list_feed_episodes", {"feed_id": feed_id, "limit": SHOWN_EPISODES})
        return FeedWithEpisodes(feed=feed, episodes=tuple(map(_episode, rows)))

    def create(self, asked: CreateFeed) -> FeedView:
        """Keep a new feed and begin its first look; one with this address that is there already stays as it is.

        Raises Conflict (``not-ready``) if the tenant has ``MOST_FEEDS``.
        """
        row: dict[str, Any] = {
            "feed_id": f"feed_{identity.uuid7()}",
            "tenant_id": asked.tenant_id,
            "url": asked.url,
            "url_sha256": _sha256(asked.url),
            "keep": asked.keep,
            "since_ms": asked.since_ms,
            "limit_bytes": asked.limit_bytes,
            "who": asked.who,
            "now_ms": now_ms(),
            "most": MOST_FEEDS,
        }
        with self._database.transaction() as transaction:
            if transaction.run("add_feed", row):
                note(transaction, asked.who, AuditAction.ADD_FEED, row["feed_id"])
            found = transaction.row("find_feed", row)
            if found is None:
                raise Conflict(
                    f"There are {MOST_FEEDS} feeds already.", code="not-ready", hint="Remove one that is not needed."
                )
            begin_looks(transaction)
            return _one(transaction, asked.tenant_id, found["feed_id"])

    def change(self, asked: ChangeFeed) -> FeedView:
        """Change a feed, and begin a look with its new settings. Raises Conflict (``not-ready``) for an address that
        another feed of the tenant has.
        """
        chosen = asked.keep is not None or asked.since_ms is not None
        row = {
            "feed_id": asked.feed_id,
            "tenant_id": asked.tenant_id,
            "url": asked.url,
            "url_sha256": _sha256(asked.url) if asked.url else None,
            "name": asked.name,
            "chosen": chosen,
            "keep": asked.keep,
            "since_ms": asked.since_ms,
            "anew": chosen or asked.url is not None,
            "now_ms": now_ms(),
            "look_ms": _LOOK_MS,
        }
        with self._database.transaction() as transaction:
            _one(transaction, asked.tenant_id, asked.feed_id)
            transaction.rows("lock_looks")  # before the feed's row, as whoever begins looks does
            other = transaction.row("find_feed", row)
            if other is not None and other["feed_id"] != asked.feed_id:
                raise Conflict(
                    f"The feed {other['feed_id']} has this address already.",
                    code="not-ready",
                    hint="Remove one of them.",
                )
            transaction.run("change_feed", row)
            note(transaction, asked.who, AuditAction.CHANGE_FEED, asked.feed_id)
            begin_looks(transaction)
            return _one(transaction, asked.tenant_id, asked.feed_id)

    def check(self, tenant_id: str, feed_id: str) -> FeedView:
        """Let a feed be looked at now. Where a look is under way, or its tenant has enough of them, that goes first.

        Raises RateLimited where one has ended less than ``LEAST_CHECK_SECONDS`` ago.
        """
        with self._database.transaction() as transaction:
            _one(transaction, tenant_id, feed_id)
            transaction.rows("lock_looks")  # before the feed's row, as whoever begins looks does
            asked = {"feed_id": feed_id, "now_ms": now_ms(), "least_ms": LEAST_CHECK_SECONDS * 1000}
            left_ms = transaction.rows("ask_look", asked)[0]["left_ms"]
            if left_ms:
                raise RateLimited(
                    "The feed was looked at a moment ago.",
                    retry_after_seconds=math.ceil(left_ms / 1000),
                    hint="Wait as long as Retry-After says.",
                )
            begin_looks(transaction)
            return _one(transaction, tenant_id, feed_id)

    def delete(self, asked: DeleteFeed) -> None:
        """Forget a feed. A look that is under way takes nothing more."""
        with self._database.transaction() as transaction:
            if not transaction.run("delete_feed", {"tenant_id": asked.tenant_id, "feed_id": asked.feed_id}):
                raise _missing(asked.feed_id)
            note(transaction, asked.who, AuditAction.REMOVE_FEED, asked.feed_id)


def _sha256(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()


def _one(transaction: Transaction, tenant_id: str, feed_id: str) -> FeedView:
    found = _read(transaction, tenant_id, feed_id)
    if not found:
        raise _missing(feed_id)
    return found[0]


def _missing(feed_id: str) -> NotFound:
    return NotFound(f"There is no feed {feed_id}.", hint="./winnow feeds list shows them.")


def _read(transaction: Transaction, tenant_id: str, feed_id: str | None = None) -> list[FeedView]:
    rows = transaction.rows("read_feeds", {"tenant_id": tenant_id, "feed_id": feed_id})
    return list(map(_view, rows))


def _view(row: dict[str, Any]) -> FeedView:
    return FeedView(
        feed_id=row["feed_id"],
        name=row["name"],
        host=urlsplit(row["url"]).netloc,
        keep=row["keep"],
        since=instant_or_none(row["since_ms"]),
        created_at=instant(row["created_ms"]),
        looking=row["looking"],
        looked_at=instant_or_none(row["looked_ms"]),
        next_look_at=instant(row["next_look_ms"]),
        problem=row["problem"],
        episodes_taken=row["taken"],
        episodes_passed_over=row["passed_over"],
        episodes_waiting=row["waiting"],
    )


def _episode(row: dict[str, Any]) -> EpisodeView:
    return EpisodeView(
        media_id=row["media_id"],
        job_id=row["job_id"],
        title=row["title"],
        published_at=instant_or_none(row["published_ms"]),
    )
