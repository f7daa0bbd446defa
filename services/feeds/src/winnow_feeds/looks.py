"""Answers the task that looks at a feed: what to fetch, what to take, and how it ended."""

from collections.abc import Sequence
from typing import Any

from winnow_contracts.index_api.feed_looks import (
    ChooseEpisodes,
    ChosenEpisodes,
    DueLook,
    ListedEpisode,
    NoteLook,
    TakeLook,
)
from winnow_feeds.accepting import accept
from winnow_feeds.begin import begin_looks, command_of
from winnow_feeds.choosing import chosen, wanted_keys
from winnow_feeds.timing import wait_ms
from winnow_index.database import Database, Transaction
from winnow_index.store.completion import Completions

_NOTHING_DUE = DueLook()
_NOTHING = ChosenEpisodes(keys=(), waiting=0, problem="")


class Looks:
    """One look at a time of each feed. All methods raise Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._completions = Completions(database)

    def take(self, asked: TakeLook) -> DueLook:
        """What is to be fetched. If the feed is gone, or a later look has begun, the job of this one is done."""
        with self._database.transaction() as transaction:
            feed = _locked(transaction, asked.feed_id, asked.look)
        if feed is None:
            self._completions.apply(
                command_of(asked.feed_id, asked.look), run=asked.run, result="gone", write=lambda transaction, at: None
            )
            return _NOTHING_DUE
        return DueLook(**{name: feed[name] for name in ("tenant_id", "url", "etag", "last_modified")})

    def choose(self, asked: ChooseEpisodes) -> ChosenEpisodes:
        """Decide on the episodes that were never seen, and return what this look takes of all that are wanted.

        Where the account has chosen anew, decide on all that were not taken.
        """
        with self._database.transaction() as transaction:
            feed = _locked(transaction, asked.feed_id, asked.look)
            if feed is None:
                return _NOTHING
            listed = {one.key: one for one in reversed(asked.episodes)}  # the first of several with one key counts
            episodes = list(reversed(listed.values()))
            wanted = _decided(transaction, feed, episodes)
            tenant = {"tenant_id": feed["tenant_id"]}
            not_ready = transaction.rows("open_episodes", tenant)[0]["open"]
            takeable = [one for one in episodes if one.key in wanted]
            return chosen(takeable, _room_bytes(transaction, feed["tenant_id"]), not_ready)

    def note(self, noted: NoteLook) -> None:
        """End a look: what it took becomes jobs, once, in one transaction with the look's own end."""

        def write(transaction: Transaction, at_ms: int) -> None:
            feed = _locked(transaction, noted.feed_id, noted.look)
            if feed is not None:
                named = feed["own_name"] or noted.name or feed["name"]
                accept(transaction, feed, noted.taken, name=named, language=noted.language or None)
                transaction.run("end_look", _ended(feed, noted, at_ms))

        command = command_of(noted.feed_id, noted.look)
        self._completions.apply(command, run=noted.run, result="looked", write=write)
        with self._database.transaction() as transaction:
            begin_looks(transaction)  # of the same tenant, which has had its share of them until now


def _locked(transaction: Transaction, feed_id: str, look: int) -> dict[str, Any] | None:
    return transaction.row("lock_feed", {"feed_id": feed_id, "look": look})


def _decided(transaction: Transaction, feed: dict[str, Any], episodes: Sequence[ListedEpisode]) -> set[str]:
    """Decide on the episodes that are new, or on all that were not taken; returns the keys of those that are wanted."""
    about = {"feed_id": feed["feed_id"], "keys": [one.key for one in episodes]}
    states = {row["key"]: row["state"] for row in transaction.rows("known_episodes", about)}
    new = [one for one in episodes if one.key not in states]
    if feed["decide_again"]:
        taken = {key for key, state in states.items() if state == "taken"}
        wanted = wanted_keys(feed, episodes, first=True) - taken
        transaction.run("decide_episodes", {**about, "wanted": list(wanted)})
    else:
        wanted = wanted_keys(feed, new, first=transaction.row("any_episode", about) is None)
        wanted |= {key for key, state in states.items() if state == "wanted"}
    transaction.add_json("add_episodes", [_row(feed["feed_id"], one, one.key in wanted) for one in new])
    return wanted


def _row(feed_id: str, one: Any, is_wanted: bool) -> dict[str, Any]:
    state = "wanted" if is_wanted else "passed over"
    return {"feed_id": feed_id, "key": one.key, "state": state, "published_ms": one.published_ms}


def _room_bytes(transaction: Transaction, tenant_id: str) -> int | None:
    storage = transaction.row("read_storage", {"tenant_id": tenant_id})
    if storage is None or storage["quota_bytes"] is None:
        return None
    return int(storage["quota_bytes"] - storage["stored_bytes"])


def _ended(feed: dict[str, Any], noted: NoteLook, at_ms: int) -> dict[str, Any]:
    failures = feed["failures"] + 1 if noted.failed else 0
    as_before = noted.failed or noted.unchanged
    if as_before:
        read = {"etag": feed["etag"], "last_modified": feed["last_modified"]}
    elif noted.waiting:  # it would stay unseen if the server were asked for changes alone
        read = {"etag": "", "last_modified": ""}
    else:
        read = {"etag": noted.etag, "last_modified": noted.last_modified}
    newest_ms = noted.newest_ms or feed["newest_ms"]
    more = noted.waiting > 0 and bool(noted.taken) and not noted.problem
    return {
        **read,
        "feed_id": noted.feed_id,
        "now_ms": at_ms,
        "next_look_ms": at_ms + wait_ms(now_ms=at_ms, failures=failures, newest_ms=newest_ms, more=more),
        "failures": failures,
        "problem": noted.problem,
        "name": noted.name,
        "newest_ms": noted.newest_ms,
        "waiting": feed["waiting"] if as_before else noted.waiting,
    }
