"""Claims of runs by several nodes, on a real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from winnow_contracts.errors import BadInput, Unavailable
from winnow_index.schedules.schedule import Schedule

MINUTE_MS = 60_000
BASE_MS = 1_780_000_020_000
MINUTELY = Schedule(name="minutely", cron="* * * * *", what="Something each minute.")
PATIENT = Schedule(name="patient", cron="* * * * *", what="Something that is tried again.", attempts=3)
ERROR = Unavailable("The broker is away.", dependency="broker")


def outcomes(rows):
    return [(row["fire_ms"] - BASE_MS, row["outcome"]) for row in rows]


def test_of_three_nodes_one_gets_a_fire(runs_of, history):
    nodes = [runs_of(name) for name in "abc"]
    for minute in range(10):
        fire_ms = BASE_MS + minute * MINUTE_MS
        with ThreadPoolExecutor(3) as pool:
            claimed = [
                one for one in pool.map(lambda node, fire_ms=fire_ms: node.claim(MINUTELY, fire_ms), nodes) if one
            ]
        assert len(claimed) == 1
        assert all(node.claim(MINUTELY, fire_ms) is None for node in nodes)
        assert runs_of(claimed[0].node).done(claimed[0], {"n": minute})
    rows = history(MINUTELY)
    assert outcomes(rows) == [(minute * MINUTE_MS, "done") for minute in range(10)]
    assert [row["detail"]["n"] for row in rows] == list(range(10))


def test_a_fire_during_the_run_before_it_is_skipped_and_recorded_once(runs_of, history):
    first = runs_of("a").claim(MINUTELY, BASE_MS)
    for name in "abc":
        assert runs_of(name).claim(MINUTELY, BASE_MS + MINUTE_MS) is None
    assert outcomes(history(MINUTELY)) == [(0, None), (MINUTE_MS, "skipped_overlap")]
    assert runs_of("a").done(first, {})
    assert runs_of("b").claim(MINUTELY, BASE_MS + 2 * MINUTE_MS)
    assert [outcome for _, outcome in outcomes(history(MINUTELY))] == ["done", "skipped_overlap", None]


def test_fires_that_nobody_was_there_for_are_recorded_in_one_row_and_the_last_runs(runs_of, history):
    node = runs_of("a")
    node.done(node.claim(MINUTELY, BASE_MS), {})
    assert node.claim(MINUTELY, BASE_MS + 60 * MINUTE_MS)
    rows = history(MINUTELY)
    assert outcomes(rows) == [(0, "done"), (MINUTE_MS, "missed"), (60 * MINUTE_MS, None)]
    assert rows[1]["detail"] == {"until_ms": BASE_MS + 59 * MINUTE_MS}


def test_after_an_outage_the_next_fire_misses_nothing_again(runs_of, history):
    node = runs_of("a")
    node.done(node.claim(MINUTELY, BASE_MS), {})
    node.done(node.claim(MINUTELY, BASE_MS + 5 * MINUTE_MS), {})
    node.done(node.claim(MINUTELY, BASE_MS + 6 * MINUTE_MS), {})
    assert [outcome for _, outcome in outcomes(history(MINUTELY))] == ["done", "missed", "done", "done"]


def test_a_run_of_a_dead_node_is_taken_over_by_one_other(runs_of, history, lapse):
    lost = runs_of("a").claim(PATIENT, BASE_MS)
    assert runs_of("b").take_over([PATIENT.name]) == []
    lapse()
    with ThreadPoolExecutor(2) as pool:
        taken = [run for runs in pool.map(lambda name: runs_of(name).take_over([PATIENT.name]), "bc") for run in runs]
    assert len(taken) == 1
    assert not runs_of("a").done(lost, {"by": "a"}), "a frozen node's late end must not count"
    assert runs_of(taken[0].node).done(taken[0], {"by": "another"})
    assert [(row["outcome"], row["detail"]) for row in history(PATIENT)] == [("done", {"by": "another"})]


def test_a_dead_nodes_run_without_an_attempt_left_is_recorded_as_failed(runs_of, history, lapse):
    runs_of("a").claim(MINUTELY, BASE_MS)
    lapse()
    assert runs_of("b").take_over([MINUTELY.name]) == []
    (row,) = history(MINUTELY)
    assert row["outcome"] == "failed"
    assert "Node a died" in row["detail"]["error"]


def test_a_temporary_error_is_tried_again_until_no_attempt_is_left(runs_of, history):
    node = runs_of("a")
    run = node.claim(PATIENT, BASE_MS)
    for _ in range(2):
        assert node.failed(run, ERROR, again_seconds=-1)
        assert history(PATIENT)[0]["outcome"] is None
        (run,) = node.take_over([PATIENT.name])
    assert node.failed(run, ERROR, again_seconds=-1)
    (row,) = history(PATIENT)
    assert (row["outcome"], row["detail"]) == ("failed", {"error": "The broker is away."})


@pytest.mark.parametrize("error", [BadInput("It cannot be."), ERROR])
def test_what_cannot_get_better_fails_at_once(runs_of, history, error):
    schedule = MINUTELY if error.retryable else PATIENT
    node = runs_of("a")
    node.failed(node.claim(schedule, BASE_MS), error, again_seconds=-1)
    assert history(schedule)[0]["outcome"] == "failed"


def test_a_run_that_was_given_back_costs_no_attempt(runs_of, history):
    node = runs_of("a")
    assert node.give_back(node.claim(MINUTELY, BASE_MS))
    (run,) = runs_of("b").take_over([MINUTELY.name])
    assert (run.node, run.attempts_left) == ("b", 0)


def test_a_renewed_lease_keeps_a_run(runs_of, lapse):
    node = runs_of("a")
    run = node.claim(PATIENT, BASE_MS)
    lapse()
    node.renew(run)
    assert runs_of("b").take_over([PATIENT.name]) == []
