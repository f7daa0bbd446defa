"""The history of jobs that ended long ago is dropped; nothing that comes afterwards brings such a job back to life."""

import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from winnow_contracts.commands import ReplayTask
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import NotFound, Superseded
from winnow_contracts.events import EventBatch, SequencedEvent
from winnow_index.control.job_control import JobControl
from winnow_index.history.dead_tasks import DeadTasks, Replays
from winnow_index.history.event_store import EventStore
from winnow_index.history.open_commands import OpenCommands
from winnow_index.history.task_history import TaskHistories
from winnow_index.store.completion import Completions, Stored
from winnow_index.testing import (
    AI,
    MEDIA,
    PHOTO,
    STORE,
    AsJson,
    EventSender,
    completed,
    dead,
    enqueued,
    envelope,
    photo_accepted,
    started,
)
from winnow_index.usage.budgets import UNLIMITED
from winnow_index.usage.usage import SpentDays, today
from winnow_journal.codec import encode
from winnow_journal.event_factory import enqueued_event
from winnow_retention.history_retention import HistoryRetention

DAY_MS = 86_400_000
HISTORY = ("task_event", "task_log", "task_execution_history", "ai_spending", "open_command")


@pytest.fixture
def events(database):
    return EventStore(database)


@pytest.fixture
def shipper(events):
    return EventSender(events)


@pytest.fixture
def retention(database):
    return HistoryRetention(database, keep_days=30)


@pytest.fixture
def ages(database):
    """Everything happened so many days earlier."""

    def age(days=31):
        with database.transaction() as transaction:
            transaction.run_text(
                "UPDATE job SET created_ms = created_ms - %(ms)s, finished_ms = finished_ms - %(ms)s;"
                "UPDATE task_event SET at_ms = at_ms - %(ms)s; UPDATE event_set_aside SET at_ms = at_ms - %(ms)s",
                {"ms": days * DAY_MS},
            )

    return age


@pytest.fixture
def rows(database):
    def count(*tables):
        with database.transaction() as transaction:
            # Names of ours, and never of a user.
            return sum(transaction.run_text(f"SELECT FROM {table}") for table in tables or HISTORY)

    return count


@pytest.fixture
def done(database, shipper):
    """The drill ``d`` is done, and paid a call."""
    spent = {"use": "vision", "model": "eye-1", "tokens_in": 7, "cost_usd": 0.5}
    shipper.ship(started(MEDIA, "a"), completed(MEDIA, "a", spent=[spent]), enqueued(AI, MEDIA.task_id))
    apply(database)


def apply(database, about=STORE):
    return Completions(database).apply(about.command, run=about.run, result="r", write=lambda transaction, at_ms: None)


def status(database, job="job_d"):
    return AsJson(TaskHistories(database)).statuses([job])[job]["status"]


def test_of_a_job_that_ended_long_ago_its_row_stays_and_what_was_spent(retention, done, ages, rows, library, database):
    ages()
    assert retention.drop() == 1
    assert rows() == 0
    assert rows("job", "media", "applied_result") == 3
    job = library.job("drill", "job_d")
    assert (job["status"], {stage["status"] for stage in job["stages"]}) == ("done", {"done"})
    assert AsJson(SpentDays(database, UNLIMITED)).day("drill", today())["spent_usd"] == 0.5
    assert retention.drop() == 0


def test_a_trace_says_that_the_history_is_not_kept_any_more(retention, done, ages, library):
    assert library.trace("drill", "job_d")["history_note"] == ""
    ages()
    retention.drop()
    trace = library.trace("drill", "job_d")
    assert (trace["tasks"], trace["events"]) == ([], [])
    assert trace["history_note"].endswith("its tasks and events are not kept any more.")


def test_a_failed_jobs_reason_stays_and_no_stage_claims_to_wait(retention, shipper, ages, library, database):
    shipper.ship(started(MEDIA, "a"), dead(MEDIA, "a"))
    AsJson(DeadTasks(database)).discard(MEDIA.task_id, "me")
    ages()
    assert retention.drop() == 1
    job = library.job("drill", "job_d")
    assert (job["status"], job["error"]["detail"]) == ("failed", "It broke.")
    assert {stage["reason"] for stage in job["stages"]} == {"How far it came is not kept any more."}


def test_the_history_of_a_job_that_ended_lately_stays(retention, done, ages, rows):
    ages(29)
    before = rows()
    assert retention.drop() == 0
    assert rows() == before


def test_the_history_of_an_open_job_stays_however_old(retention, shipper, ages, rows, database):
    shipper.ship(started(MEDIA, "a"), completed(MEDIA, "a"), enqueued_event(AI, "n", MEDIA.task_id))
    ages(400)
    before = rows()
    assert retention.drop() == 0
    assert (rows(), status(database)) == (before, "running")


def test_a_dead_task_keeps_its_jobs_history_until_it_is_discarded(retention, shipper, ages, rows, database):
    shipper.ship(started(MEDIA, "a"), dead(MEDIA, "a"))
    ages()
    assert retention.drop() == 0
    tasks = AsJson(DeadTasks(database))
    assert tasks.one(MEDIA.task_id)["replayable"]
    tasks.discard(MEDIA.task_id, "me")
    assert retention.drop() == 1
    assert rows() == 0
    with pytest.raises(NotFound):
        tasks.one(MEDIA.task_id)


def test_many_waiting_jobs_hold_up_none_behind_them(retention, shipper, ages, monkeypatch):
    monkeypatch.setattr("winnow_retention.history_retention._JOBS_AT_ONCE", 2)
    for n in range(5):
        about = envelope(job=f"w{n}")
        shipper.ship(started(about, "a"), dead(about, "a"))
    about = envelope(job="z", kind=type(MEDIA.command))
    shipper.ship(started(about, "a"), enqueued(AI))
    JobControl(retention._database).cancel("drill", "job_z", None)
    ages()
    assert retention.drop() == 1


def test_one_worker_drops_at_a_time(retention, done, ages, database):
    ages()
    with database.lock("history retention") as taken:
        assert taken
        assert retention.drop() == 0
    assert retention.drop() == 1


class TestAfterwards:
    """What comes of a job after its history was dropped."""

    @pytest.fixture(autouse=True)
    def dropped(self, retention, done, ages):
        ages()
        retention.drop()

    def test_a_late_event_leaves_the_job_at_its_end_and_keeps_nothing(self, shipper, rows, database):
        watermark = shipper.ship(started(AI, "late"), enqueued_event(STORE, "n", AI.task_id))
        assert watermark.applied_seq == 5
        assert (rows(), status(database)) == (0, "done")
        assert OpenCommands(database).reopen("job_d") == 0

    def test_a_late_event_makes_the_job_due_for_the_object_sweep(self, shipper, database):
        with database.transaction() as transaction:
            transaction.run("note_swept", {"job_id": "job_d"})
        shipper.ship(started(AI, "late"))
        with database.transaction() as transaction:
            assert transaction.row("lock_unswept", {"before_ms": now_ms()})["job_id"] == "job_d"

    def test_a_late_call_is_counted_in_its_days_sum(self, shipper, rows, database):
        spent = {"use": "vision", "model": "eye-1", "cost_usd": 0.25}
        shipper.ship(completed(AI, "late", spent=[spent]))
        assert AsJson(SpentDays(database, UNLIMITED)).day("drill", today())["spent_usd"] == 0.75
        assert rows() == 0

    def test_events_that_come_a_second_time_are_not_stored_or_counted_again(self, events, rows, database):
        spent = {"use": "vision", "model": "eye-1", "cost_usd": 0.5}
        again = (started(MEDIA, "a"), completed(MEDIA, "a", spent=[spent]))
        numbered = tuple(SequencedEvent(seq=n, event=event) for n, event in enumerate(again, 1))
        batch = EventBatch(journal_id="j1", service="s", node="n", previous_seq=0, events=numbered)
        assert events.apply_batch(batch).applied_seq == 3
        assert AsJson(SpentDays(database, UNLIMITED)).day("drill", today())["spent_usd"] == 0.5
        assert rows() == 0

    def test_a_late_death_is_not_listed(self, shipper, database):
        shipper.ship(started(AI, "late"), dead(AI, "late"))
        page = AsJson(DeadTasks(database)).page(limit=5, cursor=None, actor=None, tenant_id=None)
        assert (page["items"], status(database)) == ([], "done")

    def test_a_message_that_comes_late_is_acked_without_a_run(self, database):
        tasks = TaskHistories(database)
        for possible_duplicate in (False, True):
            assert tasks.past(AI.task_id, "job_d", 1, possible_duplicate=possible_duplicate).ended

    def test_a_late_result_is_not_applied_twice(self, database):
        assert apply(database) is Stored.ALREADY_APPLIED

    def test_no_further_run_begins(self, database):
        ask = ReplayTask(tenant_id="drill", job_id="job_d", media_id="med_d", task_id=AI.task_id, expected_run=1)
        with pytest.raises(Superseded):
            Replays(database).begin(ask, by="x")


def test_a_title_that_is_told_only_after_the_history_was_dropped_is_kept(retention, shipper, ages, library, database):
    shipper.ship(started(PHOTO, "a"))
    JobControl(database).cancel("t", "job_p", None)
    ages()
    assert retention.drop() == 1
    shipper.ship(photo_accepted())
    assert library.media("t", "med_p")["title"] == "can"
    other = dataclasses.replace(photo_accepted())
    other.detail["title"] = "another"
    shipper.ship(other)
    assert library.media("t", "med_p")["title"] == "can"
    assert status(database, "job_p") == "cancelled"


def test_events_set_aside_go_unless_their_job_is_open(retention, shipper, ages, database, rows):
    shipper.ship(started(MEDIA, "a"))
    with database.transaction() as transaction:
        for seq, about in enumerate((started(MEDIA, "b"), started(envelope(job="gone\0"), "b")), 1):
            aside = {"journal_id": "j9", "seq": seq, "body": encode(about), "error": "x", "now_ms": now_ms()}
            transaction.run("set_event_aside", aside)
    retention.drop()
    assert rows("event_set_aside") == 2
    ages()
    retention.drop()
    assert rows("event_set_aside") == 1


def test_batches_go_on_beside_it_and_leave_nothing_of_what_was_dropped(events, database, ages, rows):
    """Late events of the very jobs that are dropped meanwhile: whoever comes first, nothing of them stays."""
    jobs = [envelope(job=f"c{n}") for n in range(60)]
    first = EventSender(events)
    for about in jobs:
        first.ship(started(about, "a"))
        JobControl(database).cancel("drill", about.command.job_id, None)
    ages()
    begin = threading.Barrier(3)

    def tell(name):
        sender = EventSender(events, name, name)
        begin.wait()
        for at in range(0, len(jobs), 6):
            sender.ship(*(started(about, name, name) for about in jobs[at : at + 6]))

    def drop():
        begin.wait()
        return HistoryRetention(database, keep_days=30).drop()

    with ThreadPoolExecutor(3) as threads:
        told = [threads.submit(tell, name) for name in ("k", "l")]
        threads.submit(drop).result(60)
        for one in told:
            one.result(60)
    HistoryRetention(database, keep_days=30).drop()  # rows that were locked were passed over
    assert rows() == 0
    assert {status(database, about.command.job_id) for about in jobs} == {"cancelled"}
