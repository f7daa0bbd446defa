import concurrent.futures
import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from winnow_contracts.commands import DrillMedia, StoreDrill
from winnow_contracts.errors import Conflict, NotFound
from winnow_contracts.events import EventBatch, EventKind, SequencedEvent
from winnow_index.control.job_control import JobControl
from winnow_index.history.dead_tasks import DeadTasks
from winnow_index.history.diagnostics import Diagnostics
from winnow_index.history.event_store import EventStore
from winnow_index.history.read_model import ReadModel
from winnow_index.history.task_history import TaskHistories
from winnow_index.store.completion import Completions, Stored
from winnow_index.testing import (
    AI,
    MEDIA,
    STORE,
    AsJson,
    EventSender,
    cancelled,
    completed,
    dead,
    enqueued,
    envelope,
    released,
    started,
)
from winnow_journal.event_factory import new_event

OVER = ("completed", "cancelled", "dead", "done", "failed")


@pytest.fixture
def events(database):
    return EventStore(database)


@pytest.fixture
def shipper(events):
    return EventSender(events)


@pytest.fixture
def results(database):
    return Completions(database)


@pytest.fixture
def status(database):
    def read(job="job_d"):
        found = AsJson(TaskHistories(database)).statuses([job])[job]
        return found["status"], found["run"], found["stored_times"]

    return read


def apply(results, about=STORE, result="r"):
    return results.apply(about.command, run=about.run, result=result, write=lambda transaction, now_ms: None)


def attempts(library, task=0):
    return {one["attempt_id"]: one["outcome"] for one in library.trace("drill", "job_d")["tasks"][task]["attempts"]}


def test_the_first_terminal_outcome_to_arrive_is_accepted_whatever_its_rank(shipper, library, status):
    shipper.ship(started(MEDIA, "a"), started(MEDIA, "b"))
    shipper.ship(dead(MEDIA, "a"))
    shipper.ship(completed(MEDIA, "b"))
    trace = library.trace("drill", "job_d")
    assert trace["tasks"][0]["state"] == "dead"
    assert attempts(library) == {"a": "failed", "b": "superseded"}
    assert status() == ("failed", 1, 0)


def test_a_retrys_outcome_does_not_change_what_was_accepted_before(shipper, library):
    shipper.ship(started(MEDIA, "a"), completed(MEDIA, "a"))
    shipper.ship(started(MEDIA.retried(retry=1), "b"), dead(MEDIA.retried(retry=1), "b"))
    assert library.trace("drill", "job_d")["tasks"][0]["state"] == "completed"
    assert attempts(library) == {"a": "completed", "b": "superseded"}
    assert library.job("drill", "job_d")["status"] == "running"


def test_an_attempt_that_index_told_too_late_is_superseded_even_if_it_was_heard_first(shipper, library):
    shipper.ship(started(STORE, "a"), started(STORE, "b"))
    shipper.ship(completed(STORE, "b", superseded="Another result is served."))
    shipper.ship(completed(STORE, "a"))
    assert attempts(library) == {"a": "completed", "b": "superseded"}


def test_a_job_that_failed_does_not_become_done_in_that_run(shipper, results, status):
    shipper.ship(started(MEDIA, "a"), dead(MEDIA, "a"))
    assert apply(results) is Stored.SUPERSEDED
    assert status() == ("failed", 1, 0)


def test_a_job_that_is_done_does_not_fail_afterwards(shipper, results, status):
    assert apply(results) is Stored.STORED
    shipper.ship(started(STORE, "a"), dead(STORE, "a"))
    assert apply(results) is Stored.ALREADY_APPLIED
    assert status() == ("done", 1, 1)


def test_a_result_is_applied_once_a_run(results, status):
    assert [apply(results), apply(results), apply(results, result="another")] == [
        Stored.STORED,
        Stored.ALREADY_APPLIED,
        Stored.SUPERSEDED,
    ]
    assert apply(results, envelope(StoreDrill, run=2)) is Stored.STORED
    assert status() == ("done", 2, 2)


def test_a_result_applied_twice_in_a_later_run_is_counted_there_though_all_else_goes_wrong(
    database, results, monkeypatch
):
    JobControl(database).cancel("drill", "job_d", "med_d")
    monkeypatch.setattr("winnow_index.store.completion.decide", lambda job, run, result: Stored.STORED)
    again = envelope(StoreDrill, run=2)
    assert [apply(results, again), apply(results, again)] == [Stored.STORED, Stored.STORED]
    found = AsJson(TaskHistories(database)).statuses(["job_d"])["job_d"]
    # Two runs, and two applications in all: only by run is one too many.
    assert (found["run"], found["stored_times"], found["applied"]) == (2, 2, {"2": 2})


def test_what_is_not_applied_is_not_counted_as_applied(database, results):
    for run in (1, 1, 2):
        apply(results, envelope(StoreDrill, run=run))
    assert apply(results, envelope(StoreDrill, run=1), result="late") is Stored.SUPERSEDED
    assert AsJson(TaskHistories(database)).statuses(["job_d"])["job_d"]["applied"] == {"1": 1, "2": 1}


def test_a_cancelled_job_gets_no_result_and_stays_cancelled(database, shipper, results, status):
    shipper.ship(started(MEDIA, "a"))
    answer = AsJson(JobControl(database)).cancel("drill", "job_d", None)
    assert (answer["run"], answer["job"]["status"]) == (1, "cancelled")
    assert apply(results) is Stored.CANCELLED
    shipper.ship(completed(MEDIA, "a"), dead(AI, "b"))
    assert status() == ("cancelled", 1, 0)
    assert JobControl(database).control().cancelled == {"job_d": 1}
    with pytest.raises(Conflict) as again:
        JobControl(database).cancel("drill", "job_d", None)
    assert again.value.code == "already-ended"


def test_only_a_job_that_was_accepted_somewhere_can_be_cancelled_before_it_is_heard_of(database, shipper, status):
    steering = AsJson(JobControl(database))
    with pytest.raises(NotFound):
        steering.cancel("drill", "job_d", None)
    assert steering.cancel("drill", "job_d", "med_d")["run"] == 1
    shipper.ship(enqueued(MEDIA), started(MEDIA, "a"))
    assert status() == ("cancelled", 1, 0)
    with pytest.raises(NotFound):
        steering.cancel("thief", "job_d", "med_d")


def test_a_done_job_can_not_be_cancelled(database, results):
    apply(results)
    with pytest.raises(Conflict, match="done already"):
        JobControl(database).cancel("drill", "job_d", "med_d")


def test_a_task_cancelled_in_the_queue_keeps_its_command_for_a_replay(database, shipper, library):
    shipper.ship(enqueued(MEDIA))
    JobControl(database).cancel("drill", "job_d", None)
    shipper.ship(cancelled(MEDIA))
    task = library.trace("drill", "job_d")["tasks"][0]
    assert (task["state"], task["replayable"]) == ("cancelled", True)


def test_a_new_journal_on_a_node_tells_that_the_older_one_is_lost(database, events, library):
    EventSender(events, "old").ship(started(MEDIA, "a"), started(AI, "b"), completed(AI, "b"))
    later = dataclasses.replace(started(envelope(DrillMedia, "other"), "c"), at_ms=2**52)
    EventSender(events, "new").ship(later)
    assert attempts(library) == {"a": "unknown"}
    assert library.trace("drill", "job_d")["tasks"][0]["state"] == "pending"
    journals = {one["journal_id"]: one for one in AsJson(Diagnostics(database)).journals()}
    assert (journals["old"]["lost_at"] is not None, journals["old"]["unknown_attempts"]) == (True, 1)
    assert (journals["new"]["lost_at"], journals["new"]["unknown_attempts"]) == (None, 0)
    assert {one["kind"] for one in AsJson(Diagnostics(database)).all(stuck_seconds=900)} == {
        "lost_journal",
        "unknown_attempt",
    }


def test_an_older_journals_batch_that_comes_late_does_not_end_the_new_one(database, events, library):
    later = dataclasses.replace(started(envelope(DrillMedia, "other"), "c"), at_ms=2**52)
    EventSender(events, "new").ship(later)
    EventSender(events, "old").ship(started(MEDIA, "a"))
    lost = {one["journal_id"] for one in AsJson(Diagnostics(database)).journals() if one["lost_at"]}
    assert lost == {"old"}
    assert attempts(library) == {"a": "unknown"}


def test_another_nodes_journal_is_not_lost(database, events):
    EventSender(events, "one", node="n1").ship(started(MEDIA, "a"))
    EventSender(events, "two", node="n2").ship(dataclasses.replace(started(MEDIA, "b"), at_ms=2**52))
    assert [one["lost_at"] for one in AsJson(Diagnostics(database)).journals()] == [None, None]


def test_findings_say_what_is_amiss(database, shipper):
    shipper.ship(started(envelope(DrillMedia, "stuck"), "x"))
    shipper.ship(started(MEDIA, "a"), started(MEDIA, "b"), dead(MEDIA, "a"), completed(MEDIA, "b"))
    found = {one["kind"]: one for one in AsJson(Diagnostics(database)).all(stuck_seconds=-1)}
    assert set(found) == {"stuck_job", "dead_task", "superseded"}
    assert (found["stuck_job"]["what"], found["dead_task"]["what"]) == ("job_stuck", MEDIA.task_id)
    assert "It broke." in found["dead_task"]["detail"]
    assert found["superseded"]["count"] == 1
    assert "stuck_job" not in {one["kind"] for one in AsJson(Diagnostics(database)).all(stuck_seconds=900)}


def test_odd_attempts_are_all_counted_where_findings_name_only_some(database, shipper):
    assert AsJson(Diagnostics(database)).odd_attempts() == {"superseded": 0, "unknown": 0}
    for number in range(205):
        about = envelope(DrillMedia, str(number))
        shipper.ship(started(about, f"{number} a"), started(about, f"{number} b"), started(about, f"{number} c"))
        shipper.ship(completed(about, f"{number} c"), completed(about, f"{number} b"))
    assert AsJson(Diagnostics(database)).odd_attempts() == {"superseded": 205, "unknown": 205}
    named = [one["kind"] for one in AsJson(Diagnostics(database)).all(stuck_seconds=900)]
    assert named.count("superseded") == 200


class TestPast:
    """Index's answers to a node about a task that the node has no row of."""

    @pytest.fixture
    def past(self, database):
        def ask(about=MEDIA, *, again=False, journal_id="who asks"):
            return TaskHistories(database).past(
                about.task_id, about.command.job_id, about.run, possible_duplicate=again, journal_id=journal_id
            )

        return ask

    def test_nothing_is_known_of_a_new_task(self, past):
        assert (past().ended, past().no_open_attempts, past().isolated_crashes) == (False, False, 0)

    def test_an_attempt_without_end_is_open_elsewhere_for_every_other_journal(self, past, events):
        assert not past().open_on_other_node
        shipper = EventSender(events, "theirs")
        shipper.ship(started(MEDIA, "a"))
        assert past().open_on_other_node
        assert not past(journal_id="theirs").open_on_other_node
        shipper.ship(released(MEDIA, "a"))
        assert not past().open_on_other_node

    def test_an_attempt_that_nobody_ends_any_more_is_no_doubt_once_a_later_one_ended(self, past, events):
        lost, other = EventSender(events, "lost"), EventSender(events, "other", "n2")
        lost.ship(started(MEDIA, "a"))
        other.ship(started(MEDIA, "b", "n2"))
        assert (past().no_open_attempts, past().open_on_other_node) == (False, True)
        other.ship(released(MEDIA, "b", "n2"))
        assert (past().no_open_attempts, past().open_on_other_node) == (True, False)

    def test_a_death_that_two_journals_tell_of_is_one(self, past, events):
        for journal in ("its own", "the adopting one"):
            EventSender(events, journal).ship(released(MEDIA, "a", alone=True))
        assert past().isolated_crashes == 1

    def test_an_attempt_without_end_is_not_settled(self, past, shipper):
        shipper.ship(started(MEDIA, "a"))
        assert not past().no_open_attempts
        shipper.ship(released(MEDIA, "a", alone=False))
        assert (past().no_open_attempts, past().isolated_crashes) == (True, 0)

    def test_deaths_alone_are_counted_over_all_journals(self, past, events):
        for journal, node in (("j1", "n1"), ("j2", "n2")):
            EventSender(events, journal, node).ship(started(MEDIA, node, node), released(MEDIA, node, node))
        assert past().isolated_crashes == 2

    def test_a_completed_task_has_ended_once_every_child_was_begun(self, past, shipper):
        shipper.ship(started(MEDIA, "a"), completed(MEDIA, "a"), enqueued(AI, MEDIA.task_id))
        assert not past().ended
        shipper.ship(started(AI, "b"))
        assert past().ended

    def test_a_child_of_which_only_the_end_is_told_was_begun(self, past, shipper):
        shipper.ship(started(MEDIA, "a"), completed(MEDIA, "a"), enqueued(AI, MEDIA.task_id), completed(AI, "b"))
        assert past().ended

    def test_a_copy_before_a_retry_that_waits_is_covered_by_the_journal_that_holds_it(self, past, events):
        waits = new_event(EventKind.RETRYING, MEDIA, "n1", "a", outcome="failed", delay_ms=1)
        EventSender(events, "j1", "n1").ship(started(MEDIA, "a", "n1"), waits)
        assert past(again=True).later_retry_exists
        assert not past(again=True).ended
        assert not past(again=False).later_retry_exists
        newer = dataclasses.replace(started(AI, "b", "n1"), at_ms=waits.at_ms + 10)
        EventSender(events, "j2", "n1").ship(newer)
        assert not past(again=True).later_retry_exists, "its journal is lost"

    def test_a_completed_task_without_children_has_ended_with_its_job_only(self, past, shipper, results):
        shipper.ship(started(STORE, "a"), completed(STORE, "a"))
        assert not past(STORE).ended
        apply(results)
        assert past(STORE).ended

    def test_after_the_brokers_loss_the_journal_that_told_the_end_must_not_be_lost(self, past, events):
        EventSender(events, "old").ship(started(MEDIA, "a"), completed(MEDIA, "a"), enqueued(AI, MEDIA.task_id))
        assert past(again=True).ended
        later = dataclasses.replace(started(envelope(DrillMedia, "other"), "c"), at_ms=2**52)
        EventSender(events, "new").ship(later)
        assert not past(again=True).ended

    def test_a_dead_task_has_ended_and_so_has_every_task_of_its_jobs_run(self, past, shipper):
        shipper.ship(started(MEDIA, "a"), dead(MEDIA, "a"))
        assert past().ended
        assert past(AI).ended
        assert not past(envelope(DrillMedia, run=2)).ended


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_has_ended_never_changes_whatever_arrives_afterwards(database, data):
    late = MEDIA.retried(retry=1)
    known = [started(MEDIA, "a"), dead(MEDIA, "a"), started(late, "b"), completed(late, "b"), cancelled(MEDIA, "c")]
    known += [started(AI, "d"), dead(AI, "d"), started(AI, "e"), completed(AI, "e", superseded="It came too late.")]
    arrivals = data.draw(st.permutations(known)) + data.draw(st.lists(st.sampled_from(known), max_size=4))
    with database.transaction() as transaction:
        transaction.run_text("TRUNCATE job, media, task_event, journal_watermark, task_log CASCADE")
    events, library = EventStore(database), AsJson(ReadModel(database))
    ended: dict[str, str] = {}
    for event in arrivals:
        one = SequencedEvent(seq=known.index(event) + 1, event=event)
        events.apply_batch(EventBatch(journal_id="j", service="s", node="n", previous_seq=99, events=(one,)))
        trace = library.trace("drill", "job_d")
        seen = {task["task_id"]: task["state"] for task in trace["tasks"]} | {"job": trace["job"]["status"]}
        for name, state in ended.items():
            assert seen[name] == state
        ended |= {name: state for name, state in seen.items() if state in OVER}


def test_a_result_and_a_death_at_the_same_time_leave_one_outcome(database, events, results):
    def end(n, about):
        if n % 2:
            return apply(results, envelope(StoreDrill, about.command.job_id.removeprefix("job_")))
        return EventSender(events, f"j{n}", node=f"n{n}").ship(started(about, "a"), dead(about, "a"))

    abouts = [envelope(DrillMedia, f"{n // 2}") for n in range(40)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(end, range(40), abouts))
    found = AsJson(TaskHistories(database)).statuses([about.command.job_id for about in abouts]).values()
    assert len(found) == 20
    for job in found:
        assert (job["status"], job["stored_times"]) in {("done", 1), ("failed", 0)}


@pytest.mark.parametrize("code", ["corrupt-media", "unsupported-type", "empty-file", "too-long", "corrupt-image"])
def test_a_file_that_can_not_be_used_is_nothing_amiss_but_stays_on_the_list_of_the_dead(database, shipper, code):
    bad = dead(MEDIA, "a")
    problem = {"code": code, "detail": "It is damaged.", "hint": "", "retryable": False}
    bad = dataclasses.replace(bad, detail={**bad.detail, "problem": problem})
    shipper.ship(started(MEDIA, "a"), bad)
    assert AsJson(Diagnostics(database)).all(stuck_seconds=900) == []
    listed = AsJson(DeadTasks(database)).page(limit=5, cursor=None, actor=None, tenant_id=None)["items"]
    assert [one["task_id"] for one in listed] == [MEDIA.task_id]
