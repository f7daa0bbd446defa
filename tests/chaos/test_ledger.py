"""The ledger counts by index's states; the report gives each count in words and as JSON."""

import json

from winnow_contracts.index_api.nodes import JobStatus
from winnow_harness.chaos.checker import HISTORY, Verdict
from winnow_harness.chaos.faults.table import FAULTS
from winnow_harness.chaos.ledger import make_ledger
from winnow_harness.chaos.picture import timeline
from winnow_harness.chaos.recovery import Recovery
from winnow_harness.chaos.repeats import find_repeats
from winnow_harness.chaos.report import HISTORY_WORDS, WORDS, Conditions, as_json, as_markdown
from winnow_harness.chaos.spread import Spread
from winnow_harness.chaos.statuses import JobState, job_state

CONDITIONS = Conditions(
    seed=7,
    tasks=5,
    minutes=1,
    recordings=0,
    scale={"media": 2},
    left_out={"disk_full": "only root may mount a small disk"},
    processors=2,
    load_before=0.5,
    began="2026-01-01T00:00:00+00:00",
    seconds=61,
)
AGREES = Verdict(counts={}, differences=())


RECOVERIES = (
    Recovery(node="media", seconds=2.5, left_out="", with_parent=False),
    Recovery(node="ai", seconds=4.5, left_out="", with_parent=True),
    Recovery(node="ai", seconds=20.0, left_out="broker_restart was on", with_parent=False),
    Recovery(node="ai", seconds=None, left_out="no drill came to it", with_parent=False),
)


def ledger_of(accepted, states, executions=(), struck=()):
    return make_ledger(
        accepted=accepted,
        states=states,
        executions=list(executions),
        repeats=find_repeats(executions, struck, FAULTS),
        recoveries=RECOVERIES,
        struck=struck,
        superseded=1,
        unknown=0,
    )


def state(status, *applied):
    """A job in its last run; ``applied`` has how often a result was applied in each run."""
    return JobState(status=status, run=max(len(applied), 1), applied=dict(enumerate(applied, 1)))


def test_every_accepted_job_is_counted_once(accepted):
    jobs = [
        accepted("done"),
        accepted("dead", "permanent"),
        accepted("gone", cancel_after_seconds=1),
        accepted("open"),
        accepted("never heard of"),
    ]
    states = {
        "done": state("done", 1),
        "dead": state("failed"),
        "gone": state("cancelled"),
        "open": state("running"),
    }
    ledger = ledger_of(jobs, states)
    assert (ledger.accepted, ledger.completed, ledger.dead, ledger.cancelled, ledger.jobs_lost) == (5, 1, 1, 1, 2)
    assert ledger.lost_jobs == ("open", "never heard of")
    assert ledger.surprises == ()
    assert not ledger.is_good


def test_an_effect_twice_in_a_run_is_told_and_one_in_each_of_two_runs_is_not(accepted):
    ledger = ledger_of([accepted("a"), accepted("b")], {"a": state("done", 2), "b": state("done", 1, 1)})
    assert ledger.effects_twice_jobs == ("a",)
    assert not ledger.is_good


def test_an_effect_twice_in_a_run_is_told_though_there_were_no_more_of_them_than_runs(accepted):
    ledger = ledger_of([accepted("a"), accepted("b")], {"a": state("done", 0, 2), "b": state("failed", 2, 0, 0)})
    assert (ledger.effects_twice, ledger.effects_twice_jobs) == (2, ("a", "b"))
    assert not ledger.is_good


def test_a_job_whose_last_run_is_done_without_an_effect_is_told_though_an_earlier_run_had_one(accepted):
    ledger = ledger_of([accepted("a")], {"a": state("done", 1, 0)})
    assert ledger.effects_missing_jobs == ("a",)


def test_what_index_answers_is_counted_by_run():
    read = job_state(JobStatus(status="done", run=2, stored_times=2, finished_ms=5, applied={"2": 2}))
    assert (read.status, read.run, read.applied_twice, read.is_missing_its_result) == ("done", 2, True, False)


def test_a_job_that_is_done_without_an_effect_is_told(accepted):
    ledger = ledger_of([accepted("a")], {"a": state("done")})
    assert ledger.effects_missing_jobs == ("a",)
    assert not ledger.is_good


def test_an_end_that_nobody_asked_for_is_a_surprise(accepted):
    ledger = ledger_of([accepted("a"), accepted("b", "permanent")], {"a": state("failed"), "b": state("done", 1)})
    assert ledger.surprises == ("a was to be done and is failed", "b was to be failed and is done")
    assert ledger.keeps_the_promise
    assert not ledger.is_good
    text = as_markdown(ledger, CONDITIONS, FAULTS, "", AGREES)
    assert "**2 of 2 accepted jobs ended otherwise than asked**" in text
    assert "* a was to be done and is failed" in text
    assert as_json(ledger, CONDITIONS)["is_good"] is False


def test_the_json_has_every_word_at_the_top_and_can_be_read(accepted, execution, struck):
    ledger = ledger_of([accepted("a")], {"a": state("done", 1)}, [execution(1, 2)], [struck("cut", 1)])
    found = json.loads(json.dumps(as_json(ledger, CONDITIONS)))
    assert set(WORDS) <= set(found)
    assert found["faults"] == {"cut": 1}
    assert found["conditions"]["seed"] == 7


def test_a_recovery_during_an_outage_is_left_out_of_the_figure_and_counted(accepted):
    ledger = ledger_of([accepted("a")], {"a": state("done", 1)})
    assert ledger.chaos_recovery_time_s == Spread(p50=2.5, p99=2.5, max=2.5)
    assert ledger.chaos_recovery_with_parent_time_s == Spread(p50=4.5, p99=4.5, max=4.5)
    assert ledger.recoveries_left_out == 2
    text = as_markdown(ledger, CONDITIONS, FAULTS, "", AGREES)
    assert "Seconds: 2.5, 4.5 with its parent." in text
    assert "Left out, broker_restart was on: 1 (20.0)." in text
    assert "Left out, no drill came to it: 1 (–)." in text


def test_the_markdown_defines_its_words_and_names_repeats_with_their_cause(accepted, execution, struck):
    runs = [execution(1, None), execution(5, 6)]
    faults = [struck("kill", 2, target="media")]
    ledger = ledger_of([accepted("a")], {"a": state("done", 1)}, runs, faults)
    text = as_markdown(ledger, CONDITIONS, FAULTS, timeline(runs, faults), AGREES)
    for meaning in WORDS.values():
        assert meaning in text
    assert "## Repeats in flight" in text
    assert "| media.drill | media | media | kill media | job |" in text
    assert "| kill | chaos_crash_recovery | 1 | SIGKILL of a process and its children |" in text
    assert str(AGREES) in text
    assert "Left out: disk_full, because only root may mount a small disk." in text
    assert "none was lost" in text


def test_the_report_counts_the_history_and_lists_where_it_differs(accepted):
    ledger = ledger_of([accepted("a")], {"a": state("done", 1)})
    counts = {
        **dict.fromkeys(HISTORY, 0),
        "wrong_causes": 41,
        "history_differences": [f"Cause {n}." for n in range(41)],
    }
    text = as_markdown(ledger, CONDITIONS, FAULTS, "", Verdict(counts=counts, differences=()))
    for name, meaning in HISTORY_WORDS.items():
        assert f"| {name} | {counts[name]} | {meaning} |" in text
    assert "* Cause 39." in text
    assert "* … and 1 more; the JSON has all." in text


def test_the_picture_shows_when_a_fault_was_on(execution, struck):
    lines = timeline([execution(0, 1), execution(9, 10)], [struck("s3_down", 5, 10)]).splitlines()
    row = next(line for line in lines if line.startswith("s3_down"))
    assert row.index("█") > 60
    assert row.endswith("█")
