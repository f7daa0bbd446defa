"""Feeds as accounts see them: added once, checked, removed, and never with their address."""

import pytest

from winnow_contracts.errors import Conflict, NotFound, RateLimited
from winnow_contracts.index_api.audit import AuditAction
from winnow_contracts.index_api.feeds import DeleteFeed
from winnow_contracts.json_codec import to_json
from winnow_feeds.feeds import LEAST_CHECK_SECONDS, MOST_FEEDS
from winnow_index.control.audit import AuditLog

from .conftest import listed


def test_a_new_feed_is_looked_at_at_once_and_shown_without_its_address(subscribe, feeds, media):
    made = subscribe("https://casts.example:8443/hushhush/feed.xml?token=hushhush", keep=2)
    assert (made.host, made.name, made.looking, made.keep) == ("casts.example:8443", "", True, 2)
    (command,) = media.due()
    assert (command.feed_id, command.look) == (made.feed_id, 1)
    assert "hushhush" not in str([to_json(feeds.all("t")), to_json(feeds.one("t", made.feed_id)), command])


def test_the_same_address_is_one_feed_of_a_tenant(subscribe, feeds, media):
    first = subscribe(keep=1)
    assert subscribe(keep=9).feed_id == first.feed_id
    assert subscribe(tenant="u").feed_id != first.feed_id
    assert [one.keep for one in feeds.all("t").items] == [1]
    assert len(media.due()) == 2


def test_a_look_leaves_behind_what_a_person_wants_to_know(subscribe, feeds, media):
    feed_id = subscribe(keep=2).feed_id
    media.look(*listed(1, 2, 3))
    shown = feeds.one("t", feed_id)
    feed = shown.feed
    assert (feed.name, feed.looking, feed.problem) == ("Talks", False, "")
    assert (feed.episodes_taken, feed.episodes_passed_over, feed.episodes_waiting) == (2, 1, 0)
    assert feed.looked_at is not None
    assert feed.looked_at < feed.next_look_at
    assert [one.title for one in shown.episodes] == ["Title key-3", "Title key-2"]


def test_a_check_is_a_look_now_unless_one_is_under_way(subscribe, media, begin, check):
    feed_id = subscribe().feed_id
    assert check(feed_id).looking
    assert [one.look for one in media.due()] == [1]
    media.look(*listed(1))
    assert begin() == 0
    assert check(feed_id).looking
    assert [one.look for one in media.due()] == [2]


def test_a_check_just_after_a_look_is_refused_with_the_time_to_wait(subscribe, feeds, media):
    feed_id = subscribe().feed_id
    media.look(*listed(1))
    due_at = feeds.one("t", feed_id).feed.next_look_at
    with pytest.raises(RateLimited) as refused:
        feeds.check("t", feed_id)
    assert 20 < refused.value.retry_after_seconds <= LEAST_CHECK_SECONDS
    assert feeds.one("t", feed_id).feed.next_look_at == due_at
    assert media.due() == []


def test_a_removed_feed_is_not_looked_at_and_its_look_takes_nothing(subscribe, feeds, media, begin, pass_time, library):
    feed_id = subscribe().feed_id
    (command,) = media.due()
    chosen = media.choose(command, listed(1))
    feeds.delete(DeleteFeed(tenant_id="t", feed_id=feed_id))
    media.note(command, chosen)
    pass_time()
    assert begin() == 0
    assert media.due() == []
    assert library.media_list("t", limit=10, cursor=None)["items"] == []


def test_feeds_of_others_are_none(subscribe, feeds):
    feed_id = subscribe().feed_id
    for ask in (
        lambda: feeds.one("u", feed_id),
        lambda: feeds.check("u", feed_id),
        lambda: feeds.delete(DeleteFeed(tenant_id="u", feed_id=feed_id)),
    ):
        with pytest.raises(NotFound):
            ask()
    assert feeds.all("u").items == ()
    assert len(feeds.all("t").items) == 1


def test_the_audit_log_has_who_added_and_removed_a_feed_and_no_address(subscribe, feeds, database):
    feed_id = subscribe("https://casts.example/hushhush").feed_id
    subscribe("https://casts.example/hushhush")  # it is there already
    feeds.delete(DeleteFeed(tenant_id="t", feed_id=feed_id, who="k2"))
    log = AuditLog(database).page(limit=9, before_id=None, action=None, key_id=None).items
    assert [(one.action, one.target, one.key_id) for one in log] == [
        (AuditAction.REMOVE_FEED, feed_id, "k2"),
        (AuditAction.ADD_FEED, feed_id, "k"),
    ]
    assert "hushhush" not in str(log)


def test_a_tenant_has_no_more_feeds_than_it_may(subscribe, database):
    subscribe("https://casts.example/0")
    with database.transaction() as transaction:
        transaction.run_text(
            "INSERT INTO feed (feed_id, tenant_id, url, url_sha256, limit_bytes, created_ms, created_by, next_look_ms)"
            " SELECT n, 't', 'https://casts.example/' || n, n, 1, 1, 'k', 1e15 FROM generate_series(2, %(most)s) AS n",
            {"most": MOST_FEEDS},
        )
    with pytest.raises(Conflict):
        subscribe("https://casts.example/one-more")
    assert subscribe("https://casts.example/0").host == "casts.example"
