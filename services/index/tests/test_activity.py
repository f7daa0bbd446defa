"""What happened lately, as an operator's plots need it."""

import dataclasses

import pytest

from winnow_contracts.envelope import now_ms
from winnow_index.history.event_store import EventStore
from winnow_index.testing import AI, MEDIA, EventSender, completed, dead, enqueued, envelope, started
from winnow_statistics.activity import RecentActivity

MINUTE_MS = 60_000


@pytest.fixture
def shipper(database):
    return EventSender(EventStore(database))


def at(event, minutes_ago, plus_ms=0):
    return dataclasses.replace(event, at_ms=now_ms() - round(minutes_ago * MINUTE_MS) + plus_ms)


def life(about, minutes_ago, wait_ms, run_ms, end=completed):
    """A task that ended so many minutes ago, with how long it waited and ran."""
    return (
        at(enqueued(about), minutes_ago, -wait_ms - run_ms),
        at(started(about, "a"), minutes_ago, -run_ms),
        at(end(about, "a"), minutes_ago),
    )


def test_tasks_that_ended_are_counted_in_the_slice_of_their_end(database, shipper):
    shipper.ship(*life(envelope(job="x"), 2, 10, 10), *life(envelope(job="y"), 2, 10, 10, dead))
    shipper.ship(*life(envelope(job="z"), 30, 10, 10), *life(envelope(job="old"), 61, 10, 10))
    found = RecentActivity(database).last(60)
    assert (found.slice_seconds, len(found.slices)) == (60, 60)
    assert [later.at_ms - one.at_ms for one, later in zip(found.slices, found.slices[1:], strict=False)] == [
        60_000
    ] * 59
    ages = {round((now_ms() - one.at_ms) / MINUTE_MS): (one.completed, one.dead) for one in found.slices}
    counted = {age: counts for age, counts in ages.items() if counts != (0, 0)}
    assert sorted(counted.values()) == [(1, 0), (1, 1)]
    assert all(min(abs(age - 2), abs(age - 30)) <= 1 for age in counted)


def test_the_slice_that_is_not_over_is_the_last(database, shipper):
    shipper.ship(*life(MEDIA, 0, 10, 10))
    assert RecentActivity(database).last(60).slices[-1].completed == 1


def test_waits_and_runs_are_told_of_each_actor(database, shipper):
    lives = [life(envelope(job=f"j{n}"), 5, wait_ms=100 * n, run_ms=1000 * n) for n in range(1, 4)]
    shipper.ship(*(event for one in lives for event in one))
    (found,) = RecentActivity(database).last(60).actors
    # A millisecond may pass between the clock's readings of one task's events.
    times = {name: round(value, -1) for name, value in dataclasses.asdict(found).items() if name.endswith("_ms")}
    assert (found.actor, found.ended, found.dead) == (MEDIA.command.ACTOR, 3, 0)
    waits = {"wait_p50_ms": 200, "wait_p95_ms": 300, "wait_p99_ms": 300}
    assert times == {**waits, "run_p50_ms": 2000, "run_p95_ms": 3000, "run_p99_ms": 3000}


def test_a_wait_that_is_not_known_is_not_made_up(database, shipper):
    shipper.ship(at(dead(AI, "a"), 1))
    (found,) = RecentActivity(database).last(60).actors
    assert (found.ended, found.dead, found.wait_p50_ms, found.wait_p95_ms) == (1, 1, None, None)


def test_a_clock_that_is_behind_makes_no_wait_negative(database, shipper):
    shipper.ship(*life(MEDIA, 1, wait_ms=-5000, run_ms=10))
    (found,) = RecentActivity(database).last(60).actors
    assert (found.wait_p50_ms, found.wait_p95_ms) == (0, 0)


def test_the_task_that_waits_longest_is_told_until_it_begins(database, shipper):
    assert RecentActivity(database).last(60).oldest_waiting_ms is None
    waits = at(enqueued(envelope(job="x")), 9)
    shipper.ship(waits, at(enqueued(envelope(job="y")), 3))
    assert RecentActivity(database).last(60).oldest_waiting_ms == waits.at_ms
    shipper.ship(at(started(envelope(job="x"), "a"), 1), at(started(envelope(job="y"), "a"), 1))
    assert RecentActivity(database).last(60).oldest_waiting_ms is None
