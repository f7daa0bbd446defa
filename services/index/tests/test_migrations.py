import pytest

from winnow_index.database import Database
from winnow_index.dead import DeadTasks
from winnow_index.events import EventStore
from winnow_index.history import History
from winnow_index.library import Library
from winnow_index.migrate import migrate, migrations
from winnow_index.testing import MEDIA, Shipper, dead, started

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


@pytest.fixture
def old(database, database_url):
    """The tables of the first version with rows in them, in a schema of their own."""
    with database.transaction() as transaction:
        transaction.run_text("CREATE SCHEMA old")
        transaction.run_text("ALTER ROLE CURRENT_USER SET search_path TO old, public")
    made = Database(database_url, connections=1)
    first = migrations()[0]
    try:
        with made.transaction() as transaction:
            transaction.run_text(first.text)
            transaction.run("add_migrations_table")
            transaction.run("note_migration", {"number": 1, "name": first.name, "sha256": first.sha256})
            transaction.run_text(OLD_ROWS, {"task_id": MEDIA.task_id})
        yield made
    finally:
        made.close()
        with database.transaction() as transaction:
            transaction.run_text("ALTER ROLE CURRENT_USER RESET search_path")
            transaction.run_text("DROP SCHEMA old CASCADE")


def test_a_database_of_the_first_version_goes_on_with_its_rows(old):
    assert migrate(old) == [one.name for one in migrations()[1:]]
    done = History(old).statuses(["job_done"])["job_done"]
    assert (done["status"], done["stored_times"]) == ("done", 1)
    shipper = Shipper(EventStore(old), "j0")
    shipper.ship(started(MEDIA, "a"))  # a number the journal shipped before
    shipper.ship(dead(MEDIA, "a"))
    trace = Library(old).trace(None, "job_d")
    assert trace["job"]["status"] == "failed"
    assert [one["outcome"] for one in trace["tasks"][0]["attempts"]] == ["failed"]
    assert DeadTasks(old).one(MEDIA.task_id)["replayable"]
