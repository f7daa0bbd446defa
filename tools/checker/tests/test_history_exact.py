"""The checker counts each way in which the database may tell otherwise of an execution than its process did."""

import json

import pytest

RUN = {"kind": "run", "format": 2, "unmeasured_nodes": []}
ASKED = {"kind": "submission", "key": "k", "job": "job", "invoked_ms": 500, "ended_ms": 600, "answer": "accepted"}
DIFFERENCES = (
    "attempts_missing",
    "attempts_extra",
    "wrong_places",
    "wrong_causes",
    "wrong_outcomes",
    "wrong_times",
)


def ran(attempt="a", invoked=1_000, ended=2_000, *, node="n1", process=1, retry=0, raised=""):
    """An execution of the only task; times in milliseconds."""
    return {
        "kind": "execution",
        "job": "job",
        "task": "task",
        "run": 1,
        "retry": retry,
        "attempt": attempt,
        "actor": "media.drill",
        "node": node,
        "process": process,
        "due_ms": 900,
        "invoked_ms": invoked,
        "ended_ms": ended,
        "raised": raised,
    }


def told(execution, why="first", outcome="completed", **changed):
    """A row of an execution."""
    names = ("job", "task", "run", "retry", "attempt", "actor", "node", "ended_ms")
    row = {name: execution[name] for name in names}
    return {
        "kind": "attempt",
        **row,
        "started_ms": execution["invoked_ms"],
        "why": why,
        "outcome": outcome,
        **changed,
    }


def fault(at, until=None, *, node="n1", kills="process", deletes=False):
    until = at if until is None else until
    return {
        "kind": "fault",
        "name": "a fault",
        "target": node,
        "from_ms": at,
        "to_ms": until,
        "failed": "",
        "kills": kills,
        "touches": [node],
        "delays": [],
        "delays_until_ms": until,
        "deletes_journal_of": [node] if deletes else [],
    }


@pytest.fixture
def compared(check):
    """Runs the checker; returns the differences that it counts, by name, and every count."""

    def run(*lines, run=RUN, asked=ASKED):
        outcome = {"kind": "outcome", "job": "job", "run": 1, "outcome": "failed"}
        code, out, err = check(run, asked, outcome, *lines)
        assert out, err
        counts = json.loads(out)
        wrong = {name: counts[name] for name in DIFFERENCES if counts[name]}
        assert code == (1 if wrong else 0)
        assert len(counts["history_differences"]) == sum(wrong.values())
        return wrong, counts

    return run


def test_an_execution_that_is_told_as_it_was_is_no_difference_and_its_cause_is_told(compared):
    wrong, counts = compared(ran(), told(ran()))
    assert wrong == {}
    assert (counts["attempts"], counts["causes_told"]) == (1, 1)


def test_an_execution_without_a_row_is_missing_and_named(compared):
    wrong, counts = compared(ran())
    assert wrong == {"attempts_missing": 1}
    assert "Attempt a of media.drill, task task, job: it ran at 1000 on n1" in counts["history_differences"][0]


def test_an_execution_whose_journal_was_deleted_cannot_be_known(compared):
    wrong, counts = compared(ran(ended=None), fault(1_500, deletes=True))
    assert (wrong, counts["attempts_unknowable"]) == ({}, 1)


@pytest.mark.parametrize(("track", "wrong"), [("outcome", 0), ("full", 1)])
def test_an_end_that_a_full_disk_kept_from_being_written_is_missed_only_where_it_alone_is_told(compared, track, wrong):
    disk_full = {**fault(1_500, 2_500, kills=""), "name": "disk_full"}
    found, counts = compared(ran(), disk_full, asked={**ASKED, "track": track})
    assert found == ({"attempts_missing": 1} if wrong else {})
    assert counts["attempts_unknowable"] == 1 - wrong


def test_a_row_without_an_execution_is_extra_unless_a_fault_kept_it_from_beginning(compared):
    lines = (ran(), told(ran()), told(ran("b", 21_000, 21_100), "takeover", "died"))
    assert compared(*lines)[0] == {"attempts_extra": 1}
    wrong, counts = compared(*lines, fault(21_050))
    assert (wrong, counts["attempts_unrun"]) == ({}, 1)


def test_a_row_without_execution_and_end_is_extra_unless_the_disk_of_its_journal_was_full(compared):
    claimed = told(ran("b", 21_000, None), "redelivered", None)
    assert compared(ran(), told(ran()), claimed, fault(21_050))[0] == {"attempts_extra": 1}
    disk_full = {**fault(20_000, 22_000, kills=""), "name": "disk_full"}
    wrong, counts = compared(ran(), told(ran()), claimed, disk_full)
    assert (wrong, counts["attempts_unrun"]) == ({}, 1)


def test_a_row_that_names_another_node_is_in_a_wrong_place(compared):
    assert compared(ran(), told(ran(), node="n2"))[0] == {"wrong_places": 1}


@pytest.mark.parametrize("why", ["redelivered", "again", "retry", "takeover", "resumed", None])
def test_what_ran_once_without_any_fault_was_the_first(compared, why):
    assert compared(ran(), told(ran(), why))[0] == {"wrong_causes": 1}


@pytest.mark.parametrize(("answered_ms", "is_possible"), [(499, False), (500, True), (None, True)])
def test_a_command_is_sent_again_without_a_fault_only_where_its_acceptance_took_long(
    compared, answered_ms, is_possible
):
    asked = {**ASKED, "invoked_ms": 0, "ended_ms": answered_ms}
    wrong, _ = compared(ran(), told(ran(), "again"), asked=asked)
    assert wrong == ({} if is_possible else {"wrong_causes": 1})


@pytest.mark.parametrize(("node", "is_possible"), [("n1", True), ("n2", False)])
def test_a_message_is_redelivered_before_it_ran_only_from_a_node_that_was_struck(compared, node, is_possible):
    wrong, _ = compared(ran(), told(ran(), "redelivered"), fault(950, node=node))
    assert wrong == ({} if is_possible else {"wrong_causes": 1})


def test_what_ran_before_on_the_node_and_died_there_was_taken_over(compared):
    first, second = ran(ended=None), ran("b", 5_000, 6_000, process=2)
    lines = (first, second, told(first, outcome="died", ended_ms=4_000), fault(1_500))
    assert compared(*lines, told(second, "takeover"))[0] == {}
    assert compared(*lines, told(second, "redelivered"))[0] == {"wrong_causes": 1}


def test_what_was_interrupted_on_the_node_was_resumed(compared):
    first, second = ran(raised="Interrupted"), ran("b", 5_000, 6_000)
    lines = (first, second, told(first, outcome="interrupted"))
    assert compared(*lines, told(second, "resumed"))[0] == {}
    assert compared(*lines, told(second, "takeover"))[0] == {"wrong_causes": 1}


@pytest.mark.parametrize(("why", "wrong"), [("redelivered", 0), ("again", 0), ("first", 1), ("takeover", 1)])
def test_what_began_on_another_node_came_a_second_time(compared, why, wrong):
    first, second = ran(ended=None), ran("b", 5_000, 6_000, node="n2")
    lines = (first, second, told(first, outcome="died", ended_ms=4_000), fault(1_500))
    assert compared(*lines, told(second, why))[0] == ({"wrong_causes": 1} if wrong else {})


@pytest.mark.parametrize(("answered_ms", "due_ms", "wrong"), [(2_000, 950, 0), (2_000, 900, 1), (600, 950, 1)])
def test_a_job_that_was_asked_for_twice_with_one_key_may_have_two_first_copies(compared, answered_ms, due_ms, wrong):
    first, second = ran(), {**ran("b", 2_100, 3_100, node="n2"), "due_ms": due_ms}
    lines = (first, second, told(first, outcome="superseded"), told(second, "first"))
    assert compared(*lines, asked={**ASKED, "ended_ms": answered_ms})[0] == ({"wrong_causes": 1} if wrong else {})


def test_a_second_copy_may_overtake_the_first(compared):
    first, second = ran(), ran("b", 1_100, 2_100, node="n2")
    lines = (first, second, told(second, "first", "superseded"), fault(900, node="gateway"))
    assert compared(*lines, told(first, "again"))[0] == {}
    assert compared(*lines, told(first, "first"))[0] == {"wrong_causes": 1}


@pytest.mark.parametrize("node", ["n1", "n2"])
def test_a_retry_is_one_on_every_node(compared, node):
    first, second = ran(raised="Temporary"), ran("b", 5_000, 6_000, node=node, retry=1)
    lines = (first, second, told(first, outcome="failed"))
    assert compared(*lines, told(second, "retry"))[0] == {}
    assert compared(*lines, told(second, "first"))[0] == {"wrong_causes": 1}


@pytest.mark.parametrize(
    ("raised", "outcome"),
    [
        ("", "completed"),
        ("Permanent", "failed"),
        ("TimedOut", "timeout"),
        ("Cancelled", "cancelled"),
        ("Superseded", "superseded"),
        ("Unavailable", "interrupted"),
    ],
)
def test_an_end_is_what_the_process_told(compared, raised, outcome):
    assert compared(ran(raised=raised), told(ran(), outcome=outcome))[0] == {}
    assert compared(ran(raised=raised), told(ran(), outcome="died"))[0] == {"wrong_outcomes": 1}


def test_an_end_that_a_kill_kept_from_being_written_is_a_death_and_one_without_a_kill_is_not_unknown(compared):
    row = told(ran(), outcome="died", ended_ms=9_000)
    assert compared(ran(), row, fault(2_500))[0] == {}
    assert compared(ran(), row, fault(3_500))[0] == {"wrong_outcomes": 1}
    assert compared(ran(), row, fault(1_600))[0] == {}, "it may go on for half a second after its kill"
    assert compared(ran(), row, fault(1_400))[0] == {"wrong_outcomes": 1}
    assert compared(ran(ended=None), told(ran(), outcome="unknown"), fault(1_500))[0] == {"wrong_outcomes": 1}


def test_only_one_of_several_attempts_may_be_superseded(compared):
    assert compared(ran(), told(ran(), outcome="superseded"))[0] == {"wrong_outcomes": 1}


@pytest.mark.parametrize(
    ("changed", "is_wrong"),
    [
        ({"started_ms": -9_000, "ended_ms": 12_000}, False),
        ({"started_ms": -9_100}, True),
        ({"started_ms": 1_100}, False),
        ({"started_ms": 1_101}, True),
        ({"started_ms": None}, True),
        ({"ended_ms": 12_001}, True),
        ({"ended_ms": 1_899}, True),
        ({"ended_ms": None}, True),
    ],
)
def test_a_start_lies_before_the_first_line_of_a_process_and_an_end_after_its_last(compared, changed, is_wrong):
    assert compared(ran(), told(ran(), **changed))[0] == ({"wrong_times": 1} if is_wrong else {})


def test_how_far_times_are_apart_is_told(compared):
    counts = compared(ran(), told(ran(), started_ms=500, ended_ms=2_010))[1]
    assert counts["times_apart_s"] == {"p50": 0.01, "p99": 0.5, "max": 0.5}
    assert compared(ran(ended=None), told(ran(), outcome="died", ended_ms=9_000))[1]["times_apart_s"]["max"] == 0


def test_a_frozen_node_may_write_late(compared):
    row = told(ran(), ended_ms=18_050)
    assert compared(ran(), row)[0] == {"wrong_times": 1}
    assert compared(ran(), row, fault(2_010, 18_000, kills=""))[0] == {}


def test_what_waits_for_a_task_that_is_alone_may_start_late(compared):
    late = ran(invoked=19_000, ended=19_100)
    row = told(late, started_ms=2_000)
    assert compared(late, row)[0] == {"wrong_times": 1}
    alone = {**ran("s", 1_500, 18_900), "task": "another"}
    assert compared(late, row, alone, told(alone, "redelivered"), fault(950))[0] == {}


def test_a_death_is_noticed_before_the_next_process_runs_anything(compared):
    first = ran(ended=None)
    after = {**ran("b", 5_000, 6_000, process=2), "task": "another"}
    for at_ms, wrong in ((4_900, {}), (5_101, {"wrong_times": 1})):
        row = told(first, outcome="died", ended_ms=at_ms)
        assert compared(first, after, row, told(after), fault(1_500))[0] == wrong


def test_times_of_a_node_whose_clock_is_wrong_are_not_compared(compared):
    run = {**RUN, "unmeasured_nodes": ["n1"]}
    assert compared(ran(), told(ran(), started_ms=3_600_000), run=run)[0] == {}


def test_what_was_sent_is_a_second_copy_only_if_a_fault_struck_whoever_had_a_part_in_sending_it(compared):
    sender = {**ran("s", 600, 700, node="m1"), "task": "before", "actor": "media.drill"}
    sent = {**ran(), "actor": "ai.drill"}
    lines = (sender, told(sender), sent, told(sent, "again"))
    assert compared(*lines)[0] == {"wrong_causes": 1}
    assert compared(*lines, fault(950, node="n1"))[0] == {"wrong_causes": 1}
    assert compared(*lines, fault(950, node="m1"))[0] == {}
    assert compared(*lines, fault(950, node="gateway"))[0] == {}


def test_a_retry_may_be_a_second_copy_where_a_fault_struck_what_wrote_it(compared):
    first, second = ran(raised="Temporary"), ran("b", 5_000, 6_000, retry=1)
    lines = (first, second, told(first, "redelivered", "failed"), told(second, "again"), fault(950))
    assert compared(*lines)[0] == {}


@pytest.mark.parametrize(("track", "wrong"), [("outcome", {}), ("full", {"wrong_causes": 1, "wrong_times": 1})])
def test_of_a_job_whose_ends_alone_are_told_no_row_has_a_cause_and_none_that_died_a_start(compared, track, wrong):
    died = ran(ended=None)
    row = told(died, None, "died", started_ms=None, ended_ms=1_900)
    assert compared({**ASKED, "key": "again", "track": track}, died, row, fault(1_500))[0] == wrong


@pytest.mark.parametrize(("track", "wrong"), [("outcome", {}), ("full", {"wrong_times": 1})])
def test_a_start_that_is_reckoned_from_the_end_may_be_as_late_as_the_journal_wrote_that(compared, track, wrong):
    asked = {**ASKED, "key": "again", "track": track}
    assert compared(asked, ran(), told(ran(), started_ms=1_500, ended_ms=2_500))[0] == wrong


@pytest.mark.parametrize(("name", "wrong"), [("disk_full", {}), ("cut", {"wrong_outcomes": 1, "wrong_times": 1})])
def test_an_end_is_missing_only_where_a_full_disk_may_have_kept_it_from_being_written(compared, name, wrong):
    struck = {**fault(1_500, 2_500, kills=""), "name": name}
    assert compared(ran(), told(ran(), outcome=None, ended_ms=None), struck)[0] == wrong
