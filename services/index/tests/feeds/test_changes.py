"""A feed is changed: which episodes are taken, its address, its name. No episode comes twice."""

import pytest

from winnow_contracts.errors import Conflict, NotFound
from winnow_contracts.index_api.audit import AuditAction
from winnow_contracts.index_api.feed_looks import TakeLook
from winnow_contracts.index_api.feeds import ChangeFeed
from winnow_index.control.audit import AuditLog

from .conftest import listed


@pytest.fixture
def change(feeds):
    """``change(feed_id, keep=…)``: a change by the key k."""

    def changed(feed_id, tenant="t", **fields):
        return feeds.change(ChangeFeed(tenant_id=tenant, feed_id=feed_id, who="k", **fields))

    return changed


@pytest.fixture
def address(media):
    """The address that the look which is due is to fetch, with what its server said last."""

    def read():
        (command,) = media.due()
        due = media.looks.take(TakeLook(feed_id=command.feed_id, look=command.look, run=1))
        return due.url, due.etag

    return read


def test_a_larger_keep_takes_of_the_newest_those_that_were_passed_over(subscribe, media, change, feeds):
    feed_id = subscribe(keep=1).feed_id
    assert media.look(*listed(1, 2, 3, 4), etag='"1"') == ("key-4",)
    changed = change(feed_id, keep=3)
    assert (changed.keep, changed.since, changed.looking) == (3, None, True)
    assert media.look(*listed(1, 2, 3, 4)) == ("key-3", "key-2")
    feed = feeds.one("t", feed_id).feed
    assert (feed.episodes_taken, feed.episodes_passed_over, feed.episodes_waiting) == (3, 1, 0)


def test_since_takes_the_place_of_keep_and_reaches_back(subscribe, media, change):
    feed_id = subscribe(keep=1).feed_id
    old = listed(1, 2, days_ago=100)
    assert media.look(*old, *listed(3)) == ("key-3",)
    changed = change(feed_id, since_ms=old[1].published_ms)
    assert (changed.keep, changed.since is None) == (None, False)
    assert media.look(*old, *listed(3)) == ("key-2",)


def test_a_smaller_choice_passes_over_what_still_waits(subscribe, media, change, feeds):
    feed_id = subscribe(since_ms=1).feed_id
    assert len(media.look(*listed(*range(1, 31), days_ago=100))) == 20
    assert feeds.one("t", feed_id).feed.episodes_waiting == 10
    change(feed_id, keep=0)
    assert media.look(*listed(*range(1, 31), days_ago=100)) == ()
    feed = feeds.one("t", feed_id).feed
    assert (feed.episodes_taken, feed.episodes_passed_over, feed.episodes_waiting) == (20, 10, 0)


def test_the_choice_is_made_once_and_a_look_that_asks_again_hears_the_same(subscribe, media, change):
    feed_id = subscribe(keep=1).feed_id
    media.look(*listed(1, 2))
    change(feed_id, keep=2)
    (command,) = media.due()
    assert [media.choose(command, listed(1, 2)).keys for _ in range(2)] == [("key-1",)] * 2


def test_another_address_is_asked_anew_for_the_same_episodes(subscribe, media, change, address, database):
    feed_id = subscribe("https://casts.example/old", keep=1).feed_id
    media.look(*listed(1, 2), etag='"old"')
    changed = change(feed_id, url="https://casts.example/new")
    assert (changed.host, changed.keep) == ("casts.example", 1)
    assert address() == ("https://casts.example/new", "")
    assert media.look(*listed(1, 2, 3)) == ("key-3",)
    log = AuditLog(database).page(limit=1, before_id=None, action=None, key_id=None).items
    assert [(one.action, one.target, one.key_id) for one in log] == [(AuditAction.CHANGE_FEED, feed_id, "k")]


def test_a_look_that_began_before_a_change_takes_nothing_and_the_next_begins_when_it_is_over(
    subscribe, media, change, begin, pass_time, library
):
    feed_id = subscribe(keep=2).feed_id
    (before,) = media.due()
    chosen = media.choose(before, listed(1, 2))
    assert not change(feed_id, url="https://casts.example/new").looking
    assert begin() == 0
    media.note(before, chosen, etag='"old"')
    assert library.media_list("t", limit=10, cursor=None)["items"] == []
    pass_time()
    assert begin() == 1
    assert media.look(*listed(1, 2)) == ("key-2", "key-1")


def test_a_name_is_the_accounts_until_it_is_empty_again(subscribe, media, change, library):
    feed_id = subscribe(keep=1).feed_id
    assert change(feed_id, name="Our talks").looking  # the look goes on
    media.look(*listed(1))
    (one,) = library.media_list("t", limit=10, cursor=None)["items"]
    assert one["tags"] == ["feed:Our talks"]
    assert change(feed_id, name="").name == "Talks"


def test_another_feed_of_the_tenant_keeps_its_address(subscribe, change):
    first, second = (subscribe(f"https://casts.example/{name}").feed_id for name in ("a", "b"))
    with pytest.raises(Conflict, match=first):
        change(second, url="https://casts.example/a")
    assert change(first, url="https://casts.example/a").feed_id == first
    other = subscribe("https://casts.example/c", tenant="u").feed_id
    assert change(other, tenant="u", url="https://casts.example/a").feed_id == other


def test_a_feed_of_others_is_none(subscribe, change, feeds):
    feed_id = subscribe(keep=1).feed_id
    with pytest.raises(NotFound):
        change(feed_id, tenant="u", keep=5)
    assert feeds.one("t", feed_id).feed.keep == 1


def test_a_feed_that_gives_its_past_new_guids_after_a_change_brings_only_what_is_chosen(subscribe, media, change):
    feed_id = subscribe(keep=0).feed_id
    media.look(*listed(1, days_ago=100))
    change(feed_id, url="https://casts.example/new")
    assert media.look(*listed(11, 12, days_ago=100)) == ()
