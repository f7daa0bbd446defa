"""When feeds are looked at, by whom, and what happens to looks that fail or are lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.feed_looks import NoteLook, TakeLook
from winnow_feeds.begin import SHARE, begin_looks
from winnow_feeds.timing import wait_ms
from winnow_index.history.read_model import ReadModel
from winnow_index.store.completion import ensure_job

from .conftest import listed

HOUR_MS = 3_600_000
NOW_MS = 100 * 24 * HOUR_MS


@pytest.mark.parametrize(
    ("asked", "hours"),
    [
        ({"newest_ms": NOW_MS}, 1),
        ({"newest_ms": NOW_MS - 23 * HOUR_MS}, 1),
        ({"newest_ms": NOW_MS - 7 * 24 * HOUR_MS}, 7),
        ({"newest_ms": 0}, 24),
        ({"newest_ms": NOW_MS + 24 * HOUR_MS}, 1),
        ({"newest_ms": None}, 1),
        ({"newest_ms": NOW_MS, "failures": 1}, 1),
        ({"newest_ms": NOW_MS, "failures": 3}, 4),
        ({"newest_ms": NOW_MS, "failures": 1_000}, 24),
        ({"newest_ms": 0, "more": True}, 1 / 60),
    ],
)
def test_a_feed_is_looked_at_at_its_own_pace(asked, hours):
    wait = wait_ms(**{"now_ms": NOW_MS, "failures": 0, "more": False, **asked})
    assert hours <= wait / HOUR_MS <= hours * 1.1 + 1e-6


def test_a_due_feed_is_looked_at_once_whoever_asks(subscribe, media, database, pass_time):
    for number in range(SHARE):
        subscribe(f"https://casts.example/{number}")
    for command in media.due():
        media.note(command, media.choose(command, ()))
    pass_time()

    def begin(_):
        with database.transaction() as transaction:
            return begin_looks(transaction)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(begin, range(8))) == SHARE
    assert sorted((one.feed_id, one.look) for one in media.due()) == sorted({(one.feed_id, 2) for one in media.due()})


def test_a_tenant_with_many_slow_feeds_holds_up_nobody_and_its_next_look_begins_when_one_ends(subscribe, media, begin):
    for number in range(10):
        subscribe(f"https://slow.example/{number}")
    other = subscribe(tenant="u").feed_id
    assert len(media.due()) == SHARE + 1
    assert begin() == 0
    slow = [command for command in media.due() if command.feed_id != other]
    media.note(slow[0], media.choose(slow[0], ()))
    assert len(media.due()) == SHARE + 1


def test_each_tenants_first_feed_goes_before_anybodys_second(subscribe, media, database, monkeypatch, pass_time):
    monkeypatch.setattr("winnow_feeds.begin._AT_ONCE", 0)
    for number in range(5):
        subscribe(f"https://casts.example/{number}", tenant="a")
    last = subscribe(tenant="b").feed_id
    monkeypatch.setattr("winnow_feeds.begin._AT_ONCE", 2)
    with database.transaction() as transaction:
        assert begin_looks(transaction) == 2
    assert last in {command.feed_id for command in media.due()}


def test_failures_are_told_and_back_off_and_a_good_look_forgets_them(subscribe, media, feeds, check, database):
    feed_id = subscribe().feed_id
    for number in range(1, 4):
        media.fail()
        with database.transaction() as transaction:
            row = transaction.row("read_feeds", {"tenant_id": "t", "feed_id": feed_id})
        wait_hours = (row["next_look_ms"] - row["looked_ms"]) / HOUR_MS
        assert 2 ** (number - 1) <= wait_hours <= 2 ** (number - 1) * 1.1
        assert row["problem"] == "It answered 404."
        check(feed_id)
    media.look(*listed(1))
    assert feeds.one("t", feed_id).feed.problem == ""


def test_an_unchanged_feed_keeps_what_is_known_of_it(subscribe, media, feeds, check):
    feed_id = subscribe().feed_id
    media.look(*listed(1), etag='"1"', last_modified="Sunday", newest_ms=now_ms())
    check(feed_id)
    (command,) = media.due()
    due = media.looks.take(TakeLook(feed_id=feed_id, look=command.look, run=1))
    assert (due.tenant_id, due.etag, due.last_modified) == ("t", '"1"', "Sunday")
    media.looks.note(NoteLook(feed_id=feed_id, look=command.look, run=1, unchanged=True))
    check(feed_id)
    due = media.looks.take(TakeLook(feed_id=feed_id, look=command.look + 1, run=1))
    assert (due.etag, feeds.one("t", feed_id).feed.name) == ('"1"', "Talks")


def test_a_look_of_which_nothing_is_heard_is_made_again_and_its_late_end_changes_nothing(
    subscribe, media, feeds, begin, pass_time
):
    feed_id = subscribe().feed_id
    (lost,) = media.due()
    chosen = media.choose(lost, listed(1))
    pass_time()
    assert begin() == 1
    assert feeds.one("t", feed_id).feed.problem == "The last look did not end."
    media.note(lost, chosen)
    assert feeds.one("t", feed_id).feed.episodes_taken == 0
    assert media.looks.take(TakeLook(feed_id=feed_id, look=lost.look, run=1)).url == ""
    assert media.look(*listed(1)) == ("key-1",)


def test_looks_that_are_lost_back_off(subscribe, database, begin, pass_time):
    feed_id = subscribe().feed_id
    hours = []
    for _ in range(6):
        with database.transaction() as transaction:
            row = transaction.row("read_feeds", {"tenant_id": "t", "feed_id": feed_id})
        hours.append(round((row["next_look_ms"] - now_ms()) / HOUR_MS))
        pass_time()
        assert begin() == 1
    assert hours == [1, 2, 4, 8, 16, 16]


def test_a_look_that_has_ended_is_a_done_job_of_nobodys_list(subscribe, media, database):
    subscribe()
    (command,) = media.due()
    media.look(*listed(1))
    assert media.due() == []
    reads = ReadModel(database)
    assert reads.job("feeds", command.job_id).status == "done"
    assert command.job_id not in {one.id for one in reads.jobs("t", limit=10, cursor=None, status=None).items}


def test_the_job_of_a_look_goes_with_its_history_and_a_recording_of_a_tenant_of_that_name_stays(
    subscribe, media, database
):
    subscribe()
    (command,) = media.due()
    media.look(*listed(1))
    with database.transaction() as transaction:
        ensure_job(transaction, "feeds", "job_r", "med_r")
        transaction.rows("drop_history", {"job_ids": ["job_r", command.job_id], "now_ms": 1})
        transaction.run("drop_old_deliveries", {"before_ms": 1})
        left = transaction.rows("lock_jobs", {"job_ids": ["job_r", command.job_id]})
    assert [row["media_id"] for row in left] == ["med_r"]
