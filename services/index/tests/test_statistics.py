"""What a window of tasks adds up to."""

import dataclasses

import pytest

from winnow_contracts.envelope import now_ms
from winnow_index.history.event_store import EventStore
from winnow_index.testing import (
    AI,
    MEDIA,
    EventSender,
    cancelled,
    completed,
    dead,
    enqueued,
    envelope,
    started,
)
from winnow_statistics.window_statistics import WindowStatistics
from winnow_statistics.windows import Window

HOUR_MS = 3_600_000
DRILL = MEDIA.command.ACTOR


@pytest.fixture
def shipper(database):
    return EventSender(EventStore(database))


@pytest.fixture
def count(database):
    """Counts the last hour."""

    def count(**whose):
        until_ms = now_ms() + 1000
        return WindowStatistics(database).of(Window(since_ms=until_ms - HOUR_MS, until_ms=until_ms, **whose))

    return count


def life(about, *, node="n", end=completed, wait_ms=10, run_ms=100, ago_ms=60_000, **detail):
    """A task that ended so long ago, on a node, after it waited and ran so long."""
    end_ms = now_ms() - ago_ms
    events = (
        (enqueued(about, node=node), end_ms - run_ms - wait_ms),
        (started(about, "a", node=node), end_ms - run_ms),
        (end(about, "a", node=node, **detail), end_ms),
    )
    return [dataclasses.replace(event, at_ms=at_ms) for event, at_ms in events]


def call(cost_usd, *, cached=False):
    return {"use": "vision", "model": "eye", "tokens_in": 1, "tokens_out": 1, "cost_usd": cost_usd, "cached": cached}


def test_tasks_that_ended_in_the_window_are_counted_by_state_and_open_ones_as_of_now(shipper, count):
    shipper.ship(*life(envelope(job="a")), *life(envelope(job="b"), end=dead), *life(envelope(job="c"), end=cancelled))
    shipper.ship(*life(envelope(job="old"), ago_ms=2 * HOUR_MS))
    shipper.ship(enqueued(envelope(job="d")), started(envelope(job="e"), "a"))
    found = count()
    assert found.ended == {"cancelled": 1, "completed": 1, "dead": 1}
    assert found.open == {"pending": 1, "running": 1}
    assert sum(one.completed + one.dead + one.cancelled for one in found.slices) == 3
    assert len(found.slices) == len(found.times) == 60


def test_waits_and_runs_have_their_percentiles_by_actor_the_slowest_first(shipper, count):
    for n in range(1, 101):
        shipper.ship(*life(envelope(job=f"j{n}"), wait_ms=10 * n, run_ms=100 * n))
    shipper.ship(*life(AI, run_ms=90_000))
    slowest, drill = count().actors
    assert (slowest.actor, slowest.ended, slowest.run_p50_ms) == (AI.command.ACTOR, 1, 90_000)
    waits, runs = ([getattr(drill, f"{what}_p{n}_ms") for n in (50, 95, 99)] for what in ("wait", "run"))
    assert waits == [500, 950, 990]
    assert runs == [5000, 9500, 9900]


def test_a_slice_tells_how_long_the_tasks_that_ended_in_it_waited_and_ran(shipper, count):
    shipper.ship(*life(envelope(job="a"), wait_ms=40, run_ms=400), *life(envelope(job="b"), wait_ms=60, run_ms=600))
    (slice_,) = [one for one in count().times if one.run_p50_ms is not None]
    assert (slice_.wait_p50_ms, slice_.wait_p95_ms, slice_.run_p50_ms, slice_.run_p95_ms) == (40, 60, 400, 600)


def test_nodes_are_told_by_what_their_attempts_came_to(shipper, count):
    shipper.ship(*life(envelope(job="a"), node="x"), *life(envelope(job="b"), node="x", end=dead))
    shipper.ship(*life(envelope(job="c"), node="y"), *life(envelope(job="d"), node="y", end=cancelled))
    assert [(one.node, one.completed, one.failed) for one in count().nodes] == [("x", 1, 1), ("y", 1, 0)]


def test_calls_cost_by_job_and_cached_answers_nothing(shipper, count):
    shipper.ship(*life(envelope(job="a"), spent=[call(0.25), call(0.5), call(9, cached=True)]))
    shipper.ship(*life(envelope(job="b"), spent=[call(0.25)]), *life(envelope(job="c"), spent=[call(None)]))
    found = count().costs
    assert (found.jobs, found.cost_usd, found.unpriced) == (2, 1.0, 1)
    assert (found.p50_usd, found.highest_usd, found.highest_job_id) == (0.5, 0.75, "job_a")


def test_the_task_that_waits_longest_is_named(shipper, count):
    assert count().oldest_waiting is None
    first = dataclasses.replace(enqueued(envelope(job="x")), at_ms=now_ms() - HOUR_MS)
    shipper.ship(enqueued(envelope(job="y")), first)
    waiting = count().oldest_waiting
    assert (waiting.task_id, waiting.job_id) == (first.task_id, "job_x")


def test_an_actor_and_a_tenant_narrow_everything_down(shipper, count):
    shipper.ship(*life(envelope(job="a"), spent=[call(1.0)]), *life(AI, node="y", spent=[call(2.0)]))
    shipper.ship(enqueued(envelope(job="z")))
    found = count(actor=AI.command.ACTOR)
    assert found.ended["completed"] == 1
    assert [one.actor for one in found.actors] == [AI.command.ACTOR]
    assert [one.node for one in found.nodes] == ["y"]
    assert (found.costs.cost_usd, found.open, found.oldest_waiting) == (2.0, {}, None)
    nobody = count(tenant_id="nobody")
    assert (sum(nobody.ended.values()), nobody.nodes, nobody.costs.jobs) == (0, (), 0)
    assert count(tenant_id="drill").costs.jobs == 2


@pytest.mark.parametrize("seconds", [1, 59, 60, 61, 3600, 216_000, 216_001, 604_800, 86_400 * 30])
def test_a_window_has_sixty_slices_at_most_and_they_cover_it(seconds):
    window = Window(since_ms=5, until_ms=5 + seconds * 1000)
    starts = window.starts_ms()
    assert 1 <= len(starts) <= 60
    assert starts[0] == (5 if window.slice_ms < HOUR_MS else 0)
    assert starts[-1] + window.slice_ms >= window.until_ms


@pytest.mark.parametrize("ms", [0, 7, 99, 100, 104, 105, 994, 999, 12_345, 999_999, 5_555_555, 86_400_000])
def test_a_time_of_two_digits_is_at_most_five_percent_off(database, ms):
    with database.transaction() as transaction:
        transaction.run_text(
            "CREATE TEMP TABLE seen ON COMMIT DROP AS SELECT two_digits(%(ms)s::bigint) AS ms", {"ms": ms}
        )
        assert transaction.run_text("SELECT FROM seen WHERE abs(ms - %(ms)s) <= %(ms)s * 0.05", {"ms": ms}) == 1


@pytest.mark.parametrize(("runs_ms", "p50", "p95", "p99"), [([10], 10, 10, 10), ([10] * 98 + [20, 30], 10, 10, 20)])
def test_a_percentile_is_the_shortest_time_that_so_many_do_not_exceed(shipper, count, runs_ms, p50, p95, p99):
    for n, run_ms in enumerate(runs_ms):
        shipper.ship(*life(envelope(job=f"j{n}"), run_ms=run_ms))
    (found,) = count().actors
    assert (found.run_p50_ms, found.run_p95_ms, found.run_p99_ms) == (p50, p95, p99)
