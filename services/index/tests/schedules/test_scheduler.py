"""Several workers' schedulers on one PostgreSQL, by a clock of the test."""

import threading
from zoneinfo import ZoneInfo

import pytest

from winnow_contracts.errors import BadInput
from winnow_harness.fixtures.nodes import wait_for
from winnow_index.schedules.schedule import Schedule
from winnow_index.schedules.scheduler import Scheduler

MINUTE_MS = 60_000
BASE_MS = 1_780_000_020_000
HALF_HOURLY = Schedule(name="half-hourly", cron="*/30 * * * *", what="Something.", attempts=3)


@pytest.fixture
def clock():
    class Clock:
        now_ms = BASE_MS

        def __call__(self):
            return self.now_ms

    return Clock()


@pytest.fixture
def scheduler(runs_of, clock):
    """A node's scheduler with this work; ended at the end."""
    made = []

    def make(node, work):
        made.append(Scheduler(runs_of(node), {HALF_HOURLY: work}, zone=ZoneInfo("UTC"), clock=clock))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def ended(history):
    return [row for row in history(HALF_HOURLY) if row["outcome"]]


def test_three_schedulers_run_each_fire_once_through_a_day(scheduler, clock, history):
    ran = []

    def work(stopping, fire_ms):
        ran.append(fire_ms)
        return {}

    nodes = [scheduler(name, work) for name in "abc"]
    clock.now_ms = -(-BASE_MS // (30 * MINUTE_MS)) * 30 * MINUTE_MS
    begun_ms = clock.now_ms
    for turn in range(48 * 3):
        for node in nodes:
            node.tick()
        wait_for(lambda turn=turn: len(ended(history)) == turn // 3 + 1, 10)
        clock.now_ms += 10 * MINUTE_MS
    assert ran == [begun_ms + n * 30 * MINUTE_MS for n in range(48)]
    assert {row["outcome"] for row in history(HALF_HOURLY)} == {"done"}


def test_a_fire_that_came_while_no_worker_ran_is_made_up_for_once(scheduler, clock, history):
    first = scheduler("a", lambda stopping, fire_ms: {})
    first.tick()
    wait_for(lambda: len(ended(history)) == 1, 10)
    clock.now_ms += 5 * 60 * MINUTE_MS
    for name in "bc":
        scheduler(name, lambda stopping, fire_ms: {}).tick()
    wait_for(lambda: len(ended(history)) == 3, 10)
    assert [row["outcome"] for row in history(HALF_HOURLY)] == ["done", "missed", "done"]


def test_an_interrupted_run_is_left_to_another_node(scheduler, history):
    began = threading.Event()

    def wait(stopping, fire_ms):
        began.set()
        stopping.wait(10)
        return {"half": True}

    first = scheduler("a", wait)
    first.tick()
    assert began.wait(10)
    first.stop()
    scheduler("b", lambda stopping, fire_ms: {"whole": True}).tick()
    wait_for(lambda: ended(history), 10)
    (row,) = history(HALF_HOURLY)
    assert (row["node"], row["detail"]) == ("b", {"whole": True})


@pytest.mark.parametrize(
    ("error", "said"),
    [(BadInput("It cannot be."), "It cannot be."), (KeyError("x"), "Unexpected error: KeyError('x')")],
)
def test_an_error_is_recorded_and_the_next_fire_comes(scheduler, clock, history, error, said):
    def work(stopping, fire_ms):
        raise error

    node = scheduler("a", work)
    for turn in range(1, 3):
        node.tick()
        wait_for(lambda turn=turn: len(ended(history)) == turn, 10)
        clock.now_ms += 30 * MINUTE_MS
    assert [(row["outcome"], row["detail"]["error"]) for row in history(HALF_HOURLY)] == [("failed", said)] * 2
