"""The history of a run has all that the checker needs: it counts the same, and notices where it does not."""

import json
from dataclasses import replace

import pytest

from winnow_chassis.worker.drill import EffectLedger, drill
from winnow_contracts.commands import DrillMedia
from winnow_contracts.errors import Permanent
from winnow_harness.chaos.checker import check
from winnow_harness.chaos.executions import Executions
from winnow_harness.chaos.faults.table import FAULTS
from winnow_harness.chaos.history import History, as_json_lines
from winnow_harness.chaos.ledger import make_ledger
from winnow_harness.chaos.recovery import recoveries
from winnow_harness.chaos.repeats import find_repeats
from winnow_harness.chaos.statuses import JobState
from winnow_harness.chaos.striker import Struck
from winnow_harness.chaos.submission import Submission
from winnow_journal.testing.memory import memory_task

DONE = {"job": JobState(status="done", run=1, applied={1: 1})}


@pytest.fixture
def made(accepted):
    """Makes history and ledger of the same run, whose only job is named ``job``."""

    def make(executions=(), struck=(), *, attempts=(), states=DONE, ready_ms=None, slowed="", unheard=0):
        asked = accepted("job")
        history = History(
            seed=7,
            began="2026-01-01T00:00:00+00:00",
            submissions=[
                Submission(key="k", wish=asked.wish, invoked_ms=0, ended_ms=1, answer="accepted", job_id="job"),
                *(Submission(key=f"k{number}", wish=None, invoked_ms=0) for number in range(unheard)),
            ],
            states=states,
            executions=executions,
            attempts=attempts,
            struck=struck,
            ready_ms=ready_ms or {},
            nodes=("media", "media-2", "ai", "index"),
            slowed=slowed,
        )
        effective = [one for one in struck if not one.failed]
        ledger = make_ledger(
            accepted=[asked],
            states=states,
            executions=executions,
            repeats=find_repeats(executions, effective, FAULTS),
            recoveries=recoveries(executions, effective, FAULTS, ready_ms or {}, slowed=slowed),
            struck=struck,
            superseded=0,
            unknown=0,
        )
        return history, ledger

    return make


@pytest.fixture
def checked(tmp_path):
    """Writes the history and has the checker count it."""

    def run(history, ledger):
        file = tmp_path / "history.jsonl"
        file.write_text(as_json_lines(history, FAULTS))
        return check(file, ledger)

    return run


def test_the_checker_agrees_on_repeats_in_flight_and_beyond(made, checked, execution, struck):
    runs = [execution(1, None), execution(5, 6), execution(9, 10, node="media-2"), execution(20, 21, node="index")]
    history, ledger = made(runs, [struck("kill", 2, target="media"), struck("postgres_down", 10.5, 12)])
    assert (ledger.repeats_in_flight, ledger.repeats_beyond) == (1, 2)
    verdict = checked(history, ledger)
    assert verdict.differences == ()
    assert verdict.counts["repeats_beyond"] == 2


def test_the_checker_agrees_on_recovery_and_on_what_is_left_out(made, checked, execution, struck):
    runs = [
        execution(1, 2, pid=1),
        execution(6, 7, pid=2, due=5),
        execution(31, 32, pid=3, node="ai"),
        execution(36, 37, pid=4, node="index"),
    ]
    faults = [
        struck("kill", 3, target="media"),
        struck("broker_wiped", 10, 14),
        struck("kill", 30, target="ai"),
        struck("kill_parent", 35, target="index"),
        struck("kill", 40, target="media-2"),
    ]
    history, ledger = made(runs, faults, ready_ms={2: 4_500})
    assert ledger.chaos_recovery_time_s.max == 2.5
    assert ledger.chaos_recovery_with_parent_time_s.max == 1.0
    assert ledger.recoveries_left_out == 2, "one in the wipe's aftermath, one without work"
    assert checked(history, ledger).differences == ()


def test_the_checker_agrees_on_the_node_that_is_not_measured_and_on_faults_that_did_not_strike(
    made, checked, execution, struck
):
    failed = Struck(fault="kill", target="ai", began_ms=1_000, ended_ms=1_000, failed="it did not strike")
    history, ledger = made([execution(5, 6, pid=2)], [failed, struck("kill", 3, target="media")], slowed="media")
    assert ledger.recoveries_left_out == 1
    assert checked(history, ledger).differences == ()


def test_the_checker_agrees_that_a_job_is_lost_or_was_applied_twice(made, checked):
    for states in ({}, {"job": JobState(status="done", run=2, applied={1: 2, 2: 1})}):
        history, ledger = made(states=states)
        assert not ledger.keeps_the_promise
        assert checked(history, ledger).differences == ()


def test_a_job_that_no_client_was_told_of_may_run_only_if_somebody_asked(made, checked, execution):
    runs = [execution(1, 2), execution(3, 4, task="other")]
    runs[1] = type(runs[1])(**{**vars(runs[1]), "job_id": "another"})
    history, ledger = made(runs, unheard=1)
    assert checked(history, ledger).agrees
    history, ledger = made(runs)
    assert "1 jobs that ran though nobody had asked" in str(checked(history, ledger))


def test_a_history_that_the_checker_can_not_read_is_a_disagreement(made, checked, execution):
    _, ledger = made()
    broken, _ = made([execution(1, 2, pid=None)])
    verdict = checked(broken, ledger)
    assert not verdict.agrees
    assert "Line 3 is malformed: process of execution is None" in str(verdict)


def test_every_line_says_its_kind_and_a_fault_whom_it_struck(made, struck):
    history, _ = made(struck=[struck("postgres_down", 5, 9), struck("drill", 6, target="media")])
    lines = [json.loads(line) for line in as_json_lines(history, FAULTS).splitlines()]
    assert [line["kind"] for line in lines] == ["run", "submission", "fault", "fault", "outcome", "effect"]
    outage, death = lines[2:4]
    assert (outage["scenario"], outage["touches"]) == ("chaos_postgres_restart", ["index"])
    assert (outage["delays"], outage["delays_until_ms"]) == (["ai", "index", "media", "media-2"], 9_000)
    assert (death["kills"], death["touches"], death["delays"]) == ("process", ["media"], [])


def test_the_checker_compares_what_index_tells_with_what_ran_and_says_where_it_differs(
    made, checked, execution, attempt, struck
):
    runs = [execution(1, None), execution(5, 6, pid=2), execution(9, 10, task="other")]
    rows = [
        replace(attempt(runs[0], outcome="died"), ended_at="1970-01-01T00:00:04.000Z"),
        attempt(runs[1], "takeover"),
        attempt(runs[2]),
    ]
    kill = [struck("kill", 2, target="media")]
    history, ledger = made(runs, kill, attempts=rows)
    verdict = checked(history, ledger)
    assert verdict.is_good, verdict
    assert (verdict.history["executions"], verdict.history["attempts"], verdict.history["causes_told"]) == (3, 3, 2)
    history, ledger = made(runs, kill, attempts=[rows[0], attempt(runs[1], "first")])
    verdict = checked(history, ledger)
    assert (verdict.agrees, verdict.is_good) == (True, False)
    assert (verdict.history["attempts_missing"], verdict.history["wrong_causes"]) == (1, 1)
    assert any("its cause is first, possible is takeover." in one for one in verdict.history_differences)


def test_an_error_that_an_actor_raised_is_an_end_with_its_class(made, execution, tmp_path):
    file = tmp_path / "drills.jsonl"
    ledger = EffectLedger(file, "media")
    command = DrillMedia(tenant_id="drill", job_id="job", media_id="med", misbehave="permanent")
    with pytest.raises(Permanent):
        drill(memory_task(command), command, then=DrillMedia, ledger=ledger)
    executions = Executions(file)
    executions.start()
    executions.close()
    (one,) = executions.all
    assert (one.raised, one.ended_ms >= one.began_ms) == ("Permanent", True)
    history, _ = made([one])
    line = next(line for line in map(json.loads, as_json_lines(history, FAULTS).splitlines()) if "raised" in line)
    assert (line["outcome"], line["raised"]) == ("raised", "Permanent")
