from datetime import date

import pytest

from winnow_chassis.broker.event_consumer import EventConsumer
from winnow_chassis.broker.publisher import Publisher
from winnow_chassis.outbox.event_shipper import Shipper
from winnow_contracts.control import ControlSet
from winnow_contracts.index_api.search import Search
from winnow_contracts.json_codec import from_json, to_json
from winnow_harness.fixtures.nodes import wait_for
from winnow_index.control.job_control import JobControl
from winnow_index.control.keys import ApiKeys
from winnow_index.database import Database
from winnow_index.history.dead_tasks import DeadTasks
from winnow_index.history.event_store import EventStore
from winnow_index.history.feedback import Feedback
from winnow_index.history.photos import Photos
from winnow_index.history.read_model import ReadModel
from winnow_index.korean import Korean
from winnow_index.migrate import migrate, migrations
from winnow_index.search.floors import Floors
from winnow_index.search.searcher import Searcher
from winnow_index.usage.budgets import UNLIMITED
from winnow_index.usage.usage import SpentDays

LAST_OLD = 4
"""The number of the old version's last migration."""


@pytest.fixture
def old(database_url, kept_sql):
    """The old database, in a schema of its own."""
    server = Database(database_url, connections=1)
    restoring = Database(database_url, connections=1)
    with restoring.transaction() as transaction:
        transaction.run_text("CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public")  # a schema's dump leaves it out
        transaction.run_text(kept_sql("postgres.sql"))
    restoring.close()  # the dump empties its session's search path
    with server.transaction() as transaction:
        transaction.run_text("ALTER ROLE CURRENT_USER SET search_path TO eba3d7a, public")
    made = Database(database_url, connections=2)
    try:
        yield made
    finally:
        made.close()
        with server.transaction() as transaction:
            transaction.run_text("ALTER ROLE CURRENT_USER RESET search_path")
            transaction.run_text("DROP SCHEMA eba3d7a CASCADE")
        server.close()


@pytest.fixture
def migrated(old):
    migrate(old)
    return old


def holds(now, before):
    """Whether ``now`` says all that ``before`` said; what a later version adds is no matter."""
    if isinstance(before, dict):
        return isinstance(now, dict) and all(name in now and holds(now[name], before[name]) for name in before)
    if isinstance(before, list):
        return len(now) == len(before) and all(map(holds, now, before))
    return now == before


def test_the_old_database_is_migrated_to_the_newest_version_and_only_once(old):
    assert migrate(old) == [one.name for one in migrations() if one.number > LAST_OLD]
    assert migrate(old) == []


def test_old_jobs_are_listed_with_the_status_and_stages_they_had(migrated, kept):
    said, reads = kept("postgres.json"), ReadModel(migrated)
    page = to_json(reads.jobs("t", limit=50, cursor=None, status=None))
    assert [job["id"] for job in page["items"]] == said["job_list"]
    for before in said["jobs"]:
        job = to_json(reads.job("t", before["id"]))
        assert (job["status"], job["media_id"]) == (before["status"], before["media_id"])
        assert [[stage["name"], stage["status"]] for stage in job["stages"]] == before["stages"]


def test_old_media_and_transcripts_are_shown_as_they_were(migrated, kept):
    said, reads = kept("postgres.json"), ReadModel(migrated)
    for before in said["media"]:
        assert holds(to_json(reads.media("t", before["id"])), before)
    assert holds(to_json(reads.transcript("t", "med_ko")), said["transcript"])


def test_old_photos_are_shown_with_answer_cost_and_corrections(migrated, kept):
    said = kept("postgres.json")
    assert holds(to_json(Photos(migrated).one("t", "med_p")), said["photo"])
    assert holds(to_json(Feedback(migrated).labels("t", limit=9, cursor=None))["items"], said["labels"])
    assert holds(to_json(SpentDays(migrated, UNLIMITED).day("t", date(2023, 11, 14))), said["spent_day"])


def test_old_passages_are_found_by_words_syllables_and_meaning(migrated, kept):
    korean = Korean()
    korean.morphemes("가")  # loaded: a search takes no morphemes while Kiwi loads
    searcher = Searcher(migrated, korean, Floors(of_all=0.5))
    for q, fields, before in kept("postgres.json")["search"]:
        found = to_json(searcher.search(Search(tenant_id="t", q=q, **fields)))
        assert [moment["text"] for item in found["items"] for moment in item["moments"]] == before


def test_old_keys_dead_tasks_cancellations_and_pauses_still_stand(migrated, kept):
    said = kept("postgres.json")
    known = ApiKeys(migrated).all()
    assert [{"key_id": key.key_id, "scopes": list(key.scopes)} for key in known] == said["keys"]
    page = to_json(DeadTasks(migrated).page(limit=9, cursor=None, actor=None, tenant_id=None))
    assert [task["task_id"] for task in page["items"]] == said["dead"]
    assert JobControl(migrated).control() == from_json(ControlSet, said["control"])


def test_an_old_journal_s_events_are_shipped_and_applied_to_the_old_database(migrated, old_journal, amqp_url):
    journal = old_journal()
    events = journal.events_after(0, 500)
    consumer = EventConsumer(amqp_url, EventStore(migrated).apply)
    publisher = Publisher(amqp_url, "media-1")
    shipper = Shipper(journal, publisher, amqp_url, "media", confirmed=lambda seqs: None)
    publisher.start()
    consumer.start()
    shipper.start()
    try:
        wait_for(lambda: journal.applied_seq == events[-1].seq, what="index did not apply the old events")
    finally:
        shipper.stop()
        consumer.stop()
        publisher.stop()
    reads = ReadModel(migrated)
    told = {event["kind"] for event in to_json(reads.trace("t", "job_alone"))["events"]}
    assert told == {"started", "released"}
    assert reads.job("t", "job_accepted").status == "queued"
    assert reads.job("t", "job_dead").status == "failed"
