from concurrent.futures import ThreadPoolExecutor

import pytest

from winnow_contracts.errors import TimedOut
from winnow_contracts.rate_limits import ReservationRequest, ReservationStatus
from winnow_index import database as database_module
from winnow_index import migrate as migrate_module
from winnow_index.control.rate_limits import RateLimits
from winnow_index.database import Database
from winnow_index.history.dead_tasks import DeadTasks
from winnow_index.history.event_store import EventStore
from winnow_index.history.photos import Photos
from winnow_index.history.read_model import ReadModel
from winnow_index.history.task_history import TaskHistories
from winnow_index.korean import Korean
from winnow_index.migrate import Migration, migrate, migrations
from winnow_index.store.completion import Stored
from winnow_index.store.photo_store import PhotoStore
from winnow_index.store.recording_store import RecordingStore
from winnow_index.testing import MEDIA, AsJson, EventSender, completed, dead, envelope, started
from winnow_index.usage.budgets import UNLIMITED
from winnow_index.usage.usage import SpentDays, today
from winnow_retention.history_retention import HistoryRetention

OLD_ROWS = """
INSERT INTO job (job_id, tenant_id, media_id, status, created_ms, finished_ms, stored_run, stored_result, stored_ms)
VALUES ('job_done', 't', 'med_done', 'done', 1, 9, 1, 'r', 9), ('job_d', 'drill', 'med_d', 'running', 1, NULL, NULL,
        NULL, NULL);
INSERT INTO media (media_id, tenant_id, job_id, created_ms) VALUES ('med_done', 't', 'job_done', 1),
       ('med_d', 'drill', 'job_d', 1);
INSERT INTO journal_watermark (journal_id, service, node, applied_seq, seen_ms) VALUES ('j0', 's', 'n', 1, 5);
INSERT INTO task_event (journal_id, seq, kind, tenant_id, job_id, media_id, task_id, actor, queue, run, retry,
                        attempt_id, node, at_ms, detail)
SELECT 'j0', 1, 'started', 'drill', 'job_d', 'med_d', %(task_id)s, 'media.drill', 'media', 1, 0, 'a', 'n', 5, '{}';
INSERT INTO task_log (task_id, tenant_id, job_id, media_id, actor, queue, run, retry, state, attempts, node)
VALUES (%(task_id)s, 'drill', 'job_d', 'med_d', 'media.drill', 'media', 1, 0, 'running', 1, 'n');
"""


@pytest.fixture(params=[1])
def old(request, database, database_url):
    """The tables of an earlier version, the first if no other is asked for, with rows; in a schema of their own."""
    with database.transaction() as transaction:
        transaction.run_text("CREATE SCHEMA old")
        transaction.run_text("ALTER ROLE CURRENT_USER SET search_path TO old, public")
    made = Database(database_url, connections=2)
    known = migrations()[: request.param]
    try:
        with made.transaction() as transaction:
            transaction.run("add_migrations_table")
            for one in known:
                transaction.run_text(one.text)
                transaction.run("note_migration", {"number": one.number, "name": one.name, "sha256": one.sha256})
            transaction.run_text(OLD_ROWS, {"task_id": MEDIA.task_id})
        yield made
    finally:
        made.close()
        with database.transaction() as transaction:
            transaction.run_text("ALTER ROLE CURRENT_USER RESET search_path")
            transaction.run_text("DROP SCHEMA old CASCADE")


def test_a_database_of_the_first_version_goes_on_with_its_rows(old):
    assert migrate(old) == [one.name for one in migrations()[1:]]
    done = AsJson(TaskHistories(old)).statuses(["job_done"])["job_done"]
    assert (done["status"], done["stored_times"]) == ("done", 1)
    shipper = EventSender(EventStore(old), "j0")
    shipper.ship(started(MEDIA, "a"))  # a number the journal shipped before
    shipper.ship(dead(MEDIA, "a"))
    trace = AsJson(ReadModel(old)).trace(None, "job_d")
    assert trace["job"]["status"] == "failed"
    assert [one["outcome"] for one in trace["tasks"][0]["attempts"]] == ["failed"]
    assert AsJson(DeadTasks(old)).one(MEDIA.task_id)["replayable"]


def test_a_migration_may_take_longer_than_any_other_statement(old, database_url, monkeypatch):
    slow = Migration(number=9999, name="9999_slow.sql", text="SELECT pg_sleep(1.5)")
    monkeypatch.setattr(migrate_module, "migrations", lambda: [*migrations(), slow])
    monkeypatch.setattr(database_module, "_GRACE_SECONDS", 0.2)
    hasty = Database(database_url, connections=2, statement_seconds=1)
    try:
        with ThreadPoolExecutor(2) as threads:  # the second waits for the first, past the limit too
            applied = list(threads.map(migrate, [hasty, hasty]))
        assert sorted(map(len, applied)) == [0, len(migrations())]
        with pytest.raises(TimedOut), hasty.transaction() as transaction:
            transaction.run_text("SELECT pg_sleep(1.5)")
    finally:
        hasty.close()


@pytest.mark.parametrize("old", [2], indirect=True)
def test_a_database_of_the_second_version_takes_photos_beside_its_recordings(
    old, photo_command, answer, found, command
):
    assert migrate(old) == [one.name for one in migrations()[2:]]
    assert PhotoStore(old).store(photo_command("p"), 1, answer(found())) is Stored.STORED
    RecordingStore(old, Korean()).store(command("done", embedded_key=None), 2, None)
    media = AsJson(ReadModel(old)).media_list("t", limit=5, cursor=None, status="ready")["items"]
    assert {item["id"]: item["kind"] for item in media} == {"med_p": "photo", "med_done": "recording"}
    assert [item["id"] for item in AsJson(Photos(old)).page("t", limit=5, cursor=None, status=None)["items"]] == [
        "med_p"
    ]
    assert AsJson(ReadModel(old)).trace(None, "job_d")["tasks"][0]["state"] == "running"
    spent = {"use": "vision", "model": "eye-1", "cost_usd": 0.5}
    EventSender(EventStore(old), "j0").ship(started(MEDIA, "a"), completed(MEDIA, "a", spent=[spent]))
    assert AsJson(SpentDays(old, UNLIMITED)).day("drill", today())["spent_usd"] == 0.5
    wish = ReservationRequest(api="vision", per_minute=9, tenant_id="t", holder="h", answer_key="k", claim_seconds=1)
    assert RateLimits(old, UNLIMITED).wish(wish).verdict is ReservationStatus.GRANTED


@pytest.mark.parametrize("old", [8], indirect=True)
def test_a_database_of_the_eighth_version_gives_up_old_history_and_no_job(old):
    assert migrate(old) == [one.name for one in migrations()[8:]]
    EventSender(EventStore(old), "j1").ship(started(envelope(job="done"), "a"))
    assert HistoryRetention(old, keep_days=30).drop() == 1
    with old.transaction() as transaction:
        left = (
            transaction.rows("read_events", {"job_id": "job_done"}),
            transaction.rows("read_events", {"job_id": "job_d"}),
        )
    assert [len(events) for events in left] == [0, 1]
    jobs = AsJson(TaskHistories(old)).statuses(["job_done", "job_d"])
    assert {job_id: job["status"] for job_id, job in jobs.items()} == {"job_done": "done", "job_d": "running"}


@pytest.mark.parametrize("old", [3], indirect=True)
def test_a_database_of_the_third_version_knows_which_results_were_applied_and_counts_on(old, command):
    assert migrate(old) == [one.name for one in migrations()[3:]]
    assert AsJson(TaskHistories(old)).statuses(["job_done"])["job_done"]["applied"] == {"1": 1}
    assert AsJson(TaskHistories(old)).statuses(["job_d"])["job_d"]["applied"] == {}
    RecordingStore(old, Korean()).store(command("done", embedded_key=None), 2, None)
    assert AsJson(TaskHistories(old)).statuses(["job_done"])["job_done"]["applied"] == {"1": 1, "2": 1}
