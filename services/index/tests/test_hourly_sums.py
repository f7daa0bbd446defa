"""Sums of whole hours: what is read with them is the same to the number as what is counted without."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from winnow_contracts.commands import DrillAi, DrillMedia
from winnow_contracts.envelope import now_ms
from winnow_harness.fixtures.nodes import wait_for
from winnow_index.history.event_store import EventStore
from winnow_index.testing import EventSender, cancelled, completed, dead, enqueued, envelope, released, started
from winnow_retention.history_retention import HistoryRetention
from winnow_statistics import activity
from winnow_statistics.activity import RecentActivity
from winnow_statistics.hourly_sums import HourlySums
from winnow_statistics.window_statistics import WindowStatistics
from winnow_statistics.windows import Window

HOUR_MS = 3_600_000
NOW_MS = now_ms()
"""The time of all reads here, so that they can be compared."""
LIVES = st.lists(
    st.tuples(
        st.integers(1, 9),  # which job; its number again means late events of it
        st.sampled_from((DrillMedia, DrillAi)),
        st.sampled_from((completed, dead, cancelled, released)),
        st.integers(0, 3 * HOUR_MS),  # how long ago it ended
        st.integers(-1000, 900_000),  # how long it waited
        st.integers(0, 20_000),  # and ran
        st.sets(st.integers(0, 2), min_size=1),  # which of its events are told
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    monkeypatch.setattr(activity, "now_ms", lambda: NOW_MS)


@pytest.fixture
def sums(database):
    return HourlySums(database)


@pytest.fixture
def ship(database):
    """Ships lives of tasks in one batch of a journal of this name."""

    def ship(journal, lives):
        EventSender(EventStore(database), journal=journal).ship(*(event for one in lives for event in life(*one)))

    return ship


def life(number, kind, end, ago_ms, wait_ms, run_ms, told):
    about, end_ms, attempt, node = envelope(kind, job=f"j{number}"), NOW_MS - ago_ms, f"a{ago_ms % 3}", f"n{number % 2}"
    events = (
        (enqueued(about, node=node), end_ms - run_ms - wait_ms),
        (started(about, attempt, node=node), end_ms - run_ms),
        (end(about, attempt, node=node), end_ms),
    )
    return [dataclasses.replace(events[n][0], at_ms=events[n][1]) for n in sorted(told)]


def whole(number, ago_ms):
    return (number, DrillMedia, completed, ago_ms, 10, 10, {0, 1, 2})


def read(database):
    """The overview of a day, of an hour, and by slices that are no minutes; statistics of windows, short and long."""
    windows = [Window(since_ms=NOW_MS - hours * HOUR_MS - 7, until_ms=NOW_MS) for hours in (5, 80)]
    windows += [
        dataclasses.replace(windows[1], actor=DrillAi.ACTOR),
        dataclasses.replace(windows[1], tenant_id="drill"),
    ]
    recent = [RecentActivity(database).last(minutes) for minutes in (1440, 60, 91)]
    return [*recent, *map(WindowStatistics(database).of, windows)]


def counted(database):
    """The same, without sums: they are there again afterwards."""
    with database.transaction() as transaction:
        transaction.run_text("CREATE TABLE fresh_hour AS SELECT hour_ms FROM summed_hour WHERE NOT stale")
        transaction.run_text("UPDATE summed_hour SET stale = true")
    found = read(database)
    with database.transaction() as transaction:
        transaction.run_text(
            "UPDATE summed_hour SET stale = false FROM fresh_hour WHERE fresh_hour.hour_ms = summed_hour.hour_ms"
        )
        transaction.run_text("DROP TABLE fresh_hour")
    return found


@pytest.mark.timeout(600)
@settings(
    max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=[Phase.generate]
)
@given(early=LIVES, late=LIVES)
def test_an_answer_with_sums_is_what_is_counted_without_them(database, sums, ship, early, late):
    with database.transaction() as transaction:
        transaction.run_text("TRUNCATE job, media, task_event, journal_watermark, task_log, summed_hour CASCADE")
    ship("early", early)
    sums.renew()
    assert read(database) == counted(database)
    ship("late", late)
    assert read(database) == counted(database)
    sums.renew()
    assert read(database) == counted(database)
    with database.transaction() as transaction:
        assert transaction.run_text("SELECT FROM summed_hour WHERE stale") == 0


def test_hours_that_are_summed_are_read_from_their_sums(database, sums, ship):
    ship("j", [whole(1, 3 * HOUR_MS), whole(2, 3 * HOUR_MS), whole(3, 1)])
    assert sums.renew() >= 2
    with database.transaction() as transaction:
        transaction.run_text("UPDATE task_hour SET tasks = '{7}'; UPDATE node_hour SET completed = 5")
    day, *_, week, _, tenant = read(database)
    assert [one.ended for one in day.actors] == [8]
    assert (week.ended["completed"], sum(one.completed for one in week.nodes)) == (8, 11)
    assert tenant.ended["completed"] == 3


def test_only_hours_in_which_something_changed_are_summed_again(database, sums, ship):
    ship("j", [whole(1, 5 * HOUR_MS), whole(2, 3 * HOUR_MS)])
    sums.renew()
    assert sums.renew() == 0
    ship("k", [whole(3, 3 * HOUR_MS)])
    assert sums.renew() == 1
    ship("l", [whole(3, 3 * HOUR_MS)])
    assert sums.renew() == 0


def test_sums_go_with_the_history(database, sums, ship):
    ship("j", [(n, DrillMedia, dead, n * HOUR_MS, 10, 10, {0, 1, 2}) for n in range(2, 6)])
    sums.renew()
    with database.transaction() as transaction:
        transaction.run_text("UPDATE task_log SET discarded_ms = 1 WHERE job_id IN ('job_j4', 'job_j5')")
        transaction.run_text("UPDATE job SET finished_ms = 1 WHERE job_id IN ('job_j4', 'job_j5')")
    assert HistoryRetention(database, keep_days=1).drop() == 2
    assert [one.ended["dead"] for one in read(database)[4:5]] == [2]
    assert read(database) == counted(database)
    sums.renew()
    with database.transaction() as transaction:
        oldest_ms = (NOW_MS - 3 * HOUR_MS) // HOUR_MS * HOUR_MS
        assert transaction.run_text("SELECT FROM summed_hour WHERE hour_ms < %(at)s", {"at": oldest_ms}) == 0
    assert read(database) == counted(database)


def test_a_change_that_is_not_over_when_an_hour_is_listed_is_in_its_sums(database, sums, ship):
    ship("j", [whole(1, 3 * HOUR_MS)])
    with ThreadPoolExecutor() as threads:
        with database.transaction() as transaction:
            transaction.run_text("UPDATE task_log SET state = 'dead'")
            renewed = threads.submit(sums.renew)
            wait_for(lambda: waits(database), seconds=10)
        assert renewed.result() > 0
    assert read(database)[4].ended == {"cancelled": 0, "completed": 0, "dead": 1}


def test_a_change_while_an_hour_is_summed_makes_it_stale(database, sums, ship):
    ship("j", [whole(1, 3 * HOUR_MS)])
    sums.renew()
    with database.transaction() as transaction:
        transaction.run_text("UPDATE summed_hour SET stale = true")
    with ThreadPoolExecutor() as threads:
        with database.transaction() as transaction:
            row = transaction.row("take_stale_hour", {"before_ms": NOW_MS - 3 * HOUR_MS + 1})
            transaction.run("sum_task_hour", row)
            shipped = threads.submit(ship, "k", [whole(2, 3 * HOUR_MS)])
            wait_for(lambda: waits(database), seconds=10)
        shipped.result()
    assert read(database) == counted(database)
    assert read(database)[4].ended["completed"] == 2


def waits(database):
    """Whether a transaction waits for a lock."""
    with database.transaction() as transaction:
        return transaction.run_text("SELECT FROM pg_locks WHERE NOT granted") > 0
