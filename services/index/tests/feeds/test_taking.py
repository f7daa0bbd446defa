"""Which episodes become recordings, and that each does once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from winnow_contracts.commands import FetchOriginal
from winnow_contracts.envelope import now_ms
from winnow_contracts.feeds import MOST_A_LOOK, episode_ids
from winnow_contracts.index_api.feed_looks import ListedEpisode
from winnow_contracts.queues import MEDIA_FETCH, Priority
from winnow_index.control.tenants import TenantUsages
from winnow_index.history.open_commands import OpenCommands
from winnow_index.usage.budgets import Budgets
from winnow_retention.deletion import Deletion

from .conftest import DAY_MS, Media, listed


@pytest.fixture
def recordings(library):
    """The media ids of the tenant's recordings, as many as there are."""

    def read():
        return [one["id"] for one in library.media_list("t", limit=100, cursor=None)["items"]]

    return read


@pytest.fixture
def finish_all(database):
    """Let every job be done."""

    def done():
        with database.transaction() as transaction:
            transaction.run_text("UPDATE job SET status = 'done'")

    return done


@pytest.fixture
def again(check, media):
    """``again(feed_id, *episodes)``: one look more; returns what it took."""

    def look(feed_id, *episodes, **more):
        check(feed_id)
        return media.look(*episodes, **more)

    return look


def test_an_episode_is_a_bulk_job_with_title_tag_and_date_that_fetches_its_link(subscribe, media, database, library):
    feed_id = subscribe().feed_id
    media.look(*listed(1))
    ids = episode_ids("t", feed_id, "key-1")
    (one,) = library.media_list("t", limit=10, cursor=None)["items"]
    assert (one["id"], one["job_id"], one["title"], one["tags"]) == (
        ids.media_id,
        ids.job_id,
        "Title key-1",
        ["feed:Talks"],
    )
    job = library.job("t", ids.job_id)
    assert (job["status"], job["metadata"]) == ("queued", {"feed": feed_id, "published": "1970-01-01T00:00:01.000Z"})
    (envelope,) = [command.envelope for command in OpenCommands(database).due(10)]
    assert isinstance(envelope.command, FetchOriginal)
    assert (envelope.command.link_key, envelope.command.limit_bytes) == (ids.link_key, 1 << 30)
    assert (envelope.queue, envelope.priority) == (MEDIA_FETCH, Priority.BULK)


@pytest.mark.parametrize(("told", "kept"), [("ko", "ko"), ("", None)])
def test_what_is_spoken_is_what_the_feed_says(subscribe, media, database, told, kept):
    subscribe()
    media.look(*listed(1), language=told)
    (envelope,) = [command.envelope for command in OpenCommands(database).due(10)]
    assert envelope.command.language == kept


def test_the_first_look_takes_the_newest_few_and_the_next_ones_what_is_new(subscribe, media, again):
    feed_id = subscribe(keep=2).feed_id
    assert media.look(*listed(*range(1, 10))) == ("key-9", "key-8")
    assert again(feed_id, *listed(*range(1, 10))) == ()
    assert again(feed_id, *listed(*range(1, 13))) == ("key-12", "key-11", "key-10")


def test_keep_0_takes_nothing_of_what_is_there(subscribe, media, again):
    feed_id = subscribe(keep=0).feed_id
    assert media.look(*listed(1, 2)) == ()
    assert again(feed_id, *listed(1, 2, 3)) == ("key-3",)


def test_what_is_published_after_the_feed_was_added_is_taken_by_the_first_look_whatever_keep_says(subscribe, media):
    subscribe(keep=0)
    later = ListedEpisode(key="later", published_ms=now_ms() + 1_000, size_bytes=0)
    assert media.look(*listed(1), later) == ("later",)


def test_no_more_of_a_tenants_episodes_are_on_their_way_than_one_look_takes(subscribe, media, finish_all):
    since_ms = now_ms() - 5 * DAY_MS
    subscribe(since_ms=since_ms)
    assert len(media.look(*listed(*range(1, 16)))) == 15
    subscribe("https://casts.example/other.xml", since_ms=since_ms)
    assert len(media.look(*listed(*range(1, 16)))) == MOST_A_LOOK - 15
    subscribe("https://casts.example/third.xml", since_ms=since_ms)
    assert media.look(*listed(1)) == ()
    subscribe("https://casts.example/theirs.xml", tenant="u", since_ms=since_ms)
    assert media.look(*listed(1)) == ("key-1",)
    finish_all()
    subscribe("https://casts.example/fourth.xml", since_ms=since_ms)
    assert media.look(*listed(1)) == ("key-1",)


def test_since_a_date_all_are_taken_by_and_by(subscribe, media, feeds, begin, pass_time, finish_all):
    feed_id = subscribe(since_ms=now_ms() - 5 * DAY_MS).feed_id
    episodes = (*listed(*range(1, 26), days_ago=1), *listed(90, days_ago=9))
    assert len(media.look(*episodes, etag='"1"')) == MOST_A_LOOK
    feed = feeds.one("t", feed_id).feed
    assert (feed.episodes_waiting, feed.episodes_passed_over, feed.problem) == (5, 1, "")
    finish_all()
    pass_time()
    begin()
    assert media.looks.take(_take(media)).etag == "", "what waits would stay unseen"
    assert media.look(*episodes, etag='"1"') == ("key-5", "key-4", "key-3", "key-2", "key-1")
    assert feeds.one("t", feed_id).feed.episodes_taken == 25
    pass_time()
    begin()
    assert media.looks.take(_take(media)).etag == '"1"'


def test_a_feed_that_gives_its_past_new_guids_brings_nothing_back(subscribe, media, again):
    feed_id = subscribe(keep=1).feed_id
    media.look(*listed(1, 2, days_ago=30))
    assert again(feed_id, *listed(101, 102, days_ago=30)) == ()
    assert again(feed_id, *listed(103, days_ago=5), *listed(104, days_ago=8)) == ("key-103",)


def test_an_episode_without_a_date_is_taken_when_it_is_new(subscribe, media, again):
    feed_id = subscribe(keep=0).feed_id
    media.look(ListedEpisode(key="a", published_ms=None, size_bytes=0))
    both = [ListedEpisode(key=key, published_ms=None, size_bytes=0) for key in ("b", "a")]
    assert again(feed_id, *both) == ("b",)


def test_a_guid_that_is_listed_twice_is_one_recording(subscribe, media, recordings):
    subscribe()
    assert media.look(*listed(1), *listed(1)) == ("key-1",)
    assert len(recordings()) == 1


def test_a_look_that_is_made_again_takes_nothing_twice(subscribe, media, recordings):
    subscribe(keep=2)
    (command,) = media.due()
    chosen = media.choose(command, listed(1, 2, 3))
    assert media.choose(command, listed(1, 2, 3)) == chosen, "its node died before the end"
    media.note(command, chosen)
    media.note(command, chosen)
    assert media.choose(command, listed(1, 2, 3, 4)).keys == (), "it has ended"
    assert len(recordings()) == 2


def test_two_nodes_that_make_one_look_take_each_episode_once(subscribe, media, database, recordings):
    subscribe()
    (command,) = media.due()

    def look(node):
        node.note(command, node.choose(command, listed(*range(1, 11))))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(look, [Media(database) for _ in range(4)]))
    assert len(recordings()) == 10


def test_a_deleted_recording_does_not_come_back(subscribe, media, again, recordings, database):
    feed_id = subscribe().feed_id
    media.look(*listed(1))
    (media_id,) = recordings()
    Deletion(database).delete("t", media_id, "k")
    assert again(feed_id, *listed(1)) == ()
    assert recordings() == []


def test_what_exceeds_the_quota_waits_until_there_is_room(subscribe, media, again, feeds, recordings, database):
    tenants = TenantUsages(database, Budgets())
    tenants.set_quota("t", 2_500, "k")
    feed_id = subscribe(keep=3).feed_id
    assert media.look(*listed(1, 2, 3)) == ("key-3", "key-2")
    feed = feeds.one("t", feed_id).feed
    assert (feed.episodes_waiting, feed.episodes_taken, feed.episodes_passed_over) == (1, 2, 0)
    assert "may not store more" in feed.problem
    tenants.set_quota("t", 10_000, "k")
    assert again(feed_id, *listed(1, 2, 3)) == ("key-1",)
    assert feeds.one("t", feed_id).feed.problem == ""
    assert len(recordings()) == 3


def _take(media):
    from winnow_contracts.index_api.feed_looks import TakeLook

    (command,) = media.due()
    return TakeLook(feed_id=command.feed_id, look=command.look, run=1)
