"""The checker counts hand-made histories as anybody would, run as its users run it: with Python and a file alone."""

import json

import pytest

RUN = {"kind": "run", "format": 2, "unmeasured_nodes": []}


def submission(job, answer="accepted", key=None):
    return {
        "kind": "submission",
        "key": key or f"key of {job}",
        "job": job,
        "invoked_ms": 0,
        "ended_ms": 9,
        "answer": answer,
    }


def execution(job, invoked, ended, *, node="n1", process=1, retry=0, due=0):
    return {
        "kind": "execution",
        "job": job,
        "task": f"task of {job}",
        "run": 1,
        "retry": retry,
        "attempt": f"{job} at {invoked}",
        "actor": "an actor",
        "node": node,
        "process": process,
        "due_ms": due,
        "invoked_ms": invoked,
        "ended_ms": ended,
        "raised": "",
    }


def attempt(execution):
    """The row of an execution, as the database should tell it."""
    names = ("job", "task", "run", "retry", "attempt", "actor", "node", "ended_ms")
    told = {"started_ms": execution["invoked_ms"], "why": "retry" if execution["retry"] else "first"}
    return {"kind": "attempt", **{name: execution[name] for name in names}, **told, "outcome": "completed"}


def outcome(job, outcome="done", run=1):
    return {"kind": "outcome", "job": job, "run": run, "outcome": outcome}


def effect(job, run=1):
    return {"kind": "effect", "job": job, "run": run}


def fault(at, until=None, *, target="n1", touches=("n1",), kills="", delays=(), failed=""):
    until = at if until is None else until
    return {
        "kind": "fault",
        "name": "a fault",
        "target": target,
        "from_ms": at,
        "to_ms": until,
        "failed": failed,
        "kills": kills,
        "touches": list(touches),
        "delays": list(delays),
        "delays_until_ms": until,
        "deletes_journal_of": [],
    }


def ready(process, at):
    return {"kind": "ready", "process": process, "at_ms": at}


def whole(job):
    """A job that was accepted, ran once and is done."""
    ran = execution(job, 1_000, 2_000)
    return [submission(job), ran, attempt(ran), outcome(job), effect(job)]


@pytest.fixture
def counted(check):
    """Runs the checker on a history with a ``run`` line and a row for each execution; returns exit code and counts."""

    def run(*lines):
        has_row = {line["attempt"] for line in lines if line["kind"] == "attempt"}
        ran = [line for line in lines if line["kind"] == "execution" and line["attempt"] not in has_row]
        code, out, err = check(RUN, *lines, *map(attempt, ran))
        assert out, err
        return code, json.loads(out)

    return run


def test_a_history_in_which_every_job_ended_once_keeps_the_promise(counted):
    code, counts = counted(*whole("a"), *whole("b"))
    assert code == 0
    assert (counts["accepted"], counts["executions"]) == (2, 2)
    assert (counts["jobs_lost"], counts["effects_twice"], counts["effects_missing"]) == (0, 0, 0)
    assert (counts["repeats_in_flight"], counts["repeats_beyond"]) == (0, 0)


@pytest.mark.parametrize("end", [[], [outcome("a", "running")]])
def test_an_accepted_job_without_an_end_is_lost(counted, end):
    code, counts = counted(submission("a"), *end, *whole("b"))
    assert code == 1
    assert (counts["jobs_lost"], counts["lost_jobs"]) == (1, ["a"])


@pytest.mark.parametrize("end", ["failed", "cancelled"])
def test_a_job_that_failed_or_was_cancelled_is_not_lost_and_needs_no_effect(counted, end):
    assert counted(submission("a"), outcome("a", end))[0] == 0


def test_a_result_applied_twice_in_a_run_is_told(counted):
    code, counts = counted(*whole("a"), effect("a"), *whole("b"))
    assert code == 1
    assert (counts["effects_twice"], counts["effects_twice_jobs"]) == (1, ["a"])


def test_a_result_applied_in_each_of_two_runs_is_not_twice(counted):
    code, counts = counted(submission("a"), effect("a", 1), effect("a", 2), outcome("a", run=2))
    assert (code, counts["effects_twice"]) == (0, 0)


def test_a_job_that_is_done_without_an_effect_in_its_last_run_is_told(counted):
    code, counts = counted(submission("a"), effect("a", 1), outcome("a", run=2))
    assert code == 1
    assert counts["effects_missing_jobs"] == ["a"]


def test_a_repeat_of_what_a_fault_cut_short_is_in_flight(counted):
    lines = [execution("a", 1_000, None), execution("a", 5_000, 6_000, node="n2")]
    _, counts = counted(*lines, fault(2_000))
    assert (counts["repeats_in_flight"], counts["repeats_beyond"]) == (1, 0)


def test_a_repeat_of_what_had_just_ended_is_in_flight_and_one_of_what_was_acked_is_beyond(counted):
    lines = [execution("a", 1_000, 2_000), execution("a", 5_000, 6_000)]
    assert counted(*lines, fault(3_000))[1]["repeats_in_flight"] == 1
    assert counted(*lines, fault(3_001))[1]["repeats_beyond"] == 1


@pytest.mark.parametrize("other", [fault(1_500, touches=["n2"]), fault(1_500, failed="it did not strike")])
def test_a_fault_elsewhere_or_one_that_did_not_strike_explains_no_repeat(counted, other):
    lines = [execution("a", 1_000, 2_000), execution("a", 5_000, 6_000)]
    _, counts = counted(*lines, other)
    assert (counts["repeats_in_flight"], counts["repeats_beyond"]) == (0, 1)


def test_an_execution_that_began_while_its_process_died_is_in_flight(counted):
    lines = [execution("a", 2_400, None), execution("a", 5_000, 6_000)]
    assert counted(*lines, fault(2_000))[1]["repeats_in_flight"] == 1
    assert counted(*lines, fault(1_899))[1]["repeats_beyond"] == 1


def test_a_retry_is_no_repeat(counted):
    _, counts = counted(execution("a", 1_000, None), execution("a", 5_000, 6_000, retry=1))
    assert (counts["repeats_in_flight"], counts["repeats_beyond"]) == (0, 0)


def test_a_job_of_which_no_client_was_told_may_run_or_not(counted):
    unheard = submission(None, "unknown", "k")
    code, counts = counted(unheard, *whole("a"))
    assert (code, counts["unknown_ran"], counts["unknown_not_run"], counts["ran_unexplained"]) == (0, 0, 1, 0)
    code, counts = counted(unheard, execution("b", 1_000, 2_000), *whole("a"))
    assert (code, counts["unknown_ran"], counts["unknown_not_run"], counts["ran_unexplained"]) == (0, 1, 0, 0)
    assert (counts["accepted"], counts["jobs_lost"]) == (1, 0)


def test_more_jobs_ran_than_clients_had_asked_for(counted):
    unheard = submission(None, "unknown", "k")
    code, counts = counted(unheard, execution("b", 1_000, 2_000), execution("c", 1_000, 2_000))
    assert (code, counts["ran_unexplained"]) == (1, 1)


def test_a_refused_job_may_not_run(counted):
    code, counts = counted(submission("a", "refused"), submission(None, "unknown", "k"), execution("a", 1_000, 2_000))
    assert (code, counts["refused"], counts["ran_unexplained"], counts["unknown_not_run"]) == (1, 1, 1, 1)


def test_recovery_counts_from_the_kill_to_the_first_execution_of_the_next_process(counted):
    lines = [execution("a", 500, 600), execution("b", 3_500, 3_600, process=2)]
    _, counts = counted(*lines, fault(1_000, kills="process"))
    assert counts["chaos_recovery_time_s"] == {"p50": 2.5, "p99": 2.5, "max": 2.5}
    assert counts["chaos_recovery_with_parent_time_s"] is None
    _, counts = counted(*lines, fault(1_000, kills="parent"))
    assert counts["chaos_recovery_with_parent_time_s"]["max"] == 2.5


def test_recovery_is_spread_over_all_kills(counted):
    lines = []
    for number in range(1, 101):
        node, at = f"n{number}", number * 10_000
        lines += [fault(at, target=node, kills="process"), execution(f"j{number}", at + number, None, node=node)]
    _, counts = counted(*lines)
    assert counts["chaos_recovery_time_s"] == {"p50": 0.05, "p99": 0.099, "max": 0.1}


def test_time_in_which_the_next_process_had_nothing_to_do_is_not_recovery(counted):
    _, counts = counted(
        fault(1_000, kills="process"), ready(2, 2_000), execution("a", 9_000, 9_100, process=2, due=8_500)
    )
    assert counts["chaos_recovery_time_s"]["max"] == 1.5


@pytest.mark.parametrize(
    "why",
    [
        [fault(2_000)],
        [fault(2_000, 3_000, target="", delays=["n1"])],
        [{**fault(500, target="", delays=["n1"]), "to_ms": None, "delays_until_ms": None}],
    ],
    ids=["struck again", "a server away", "a server away before and ever since"],
)
def test_a_kill_that_measures_something_else_is_left_out_and_counted(counted, why):
    _, counts = counted(fault(1_000, kills="process"), *why, execution("a", 4_000, 4_100, process=2))
    assert (counts["chaos_recovery_time_s"], counts["recoveries_left_out"]) == (None, 1)


def test_a_node_without_work_after_its_kill_and_one_that_is_not_measured_are_left_out(check, counted):
    assert counted(fault(1_000, kills="process"))[1]["recoveries_left_out"] == 1
    run = {**RUN, "unmeasured_nodes": ["n1"]}
    _, out, _ = check(run, fault(1_000, kills="process"), execution("a", 2_000, 2_100))
    assert json.loads(out)["recoveries_left_out"] == 1


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("{", "malformed"),
        ("[]", "no JSON object"),
        ('{"kind": "guess"}', "'guess'"),
        ('{"kind": "outcome", "job": "a", "run": 1}', "outcome without outcome"),
        ('{"kind": "outcome", "job": "a", "run": "1", "outcome": "done"}', "run of outcome is '1'"),
        ('{"kind": "submission", "key": "k", "job": null, "invoked_ms": 1, "answer": "accepted"}', "names its job"),
        ('{"kind": "submission", "key": "k", "job": "a", "invoked_ms": 1, "answer": "perhaps"}', "'perhaps'"),
    ],
)
def test_a_malformed_line_is_named_and_nothing_is_counted(check, line, word):
    code, out, err = check(RUN, *whole("a"), line)
    assert (code, out) == (2, "")
    assert "Line 7" in err
    assert word in err


def test_a_history_of_another_format_or_without_a_run_is_not_counted(check):
    assert "format is 1" in check({**RUN, "format": 1})[2]
    assert "one line of kind run" in check(*whole("a"))[2]


def test_without_json_every_count_has_a_line(check):
    code, out, _ = check(RUN, *whole("a"), fault(1_000, kills="process"), words=())
    assert code == 0
    assert "jobs_lost                          0" in out
    assert "chaos_recovery_time_s              -" in out
