"""A deleted media leaves a tombstone and nothing else, and nothing that comes late brings it back."""

import threading

import pytest

from winnow_base.objects.memory import MemoryObjectStore
from winnow_contracts import object_keys
from winnow_contracts.commands import DrillMedia, ReplayTask
from winnow_contracts.control import EVERY_RUN
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Gone, NotFound, Superseded, Unavailable
from winnow_contracts.identity import task_id
from winnow_index.control.job_control import JobControl
from winnow_index.history.dead_tasks import Replays
from winnow_index.history.event_store import EventStore
from winnow_index.history.feedback import Correction, Feedback
from winnow_index.history.open_commands import OpenCommands
from winnow_index.history.task_history import TaskHistories
from winnow_index.testing import PHOTO, EventSender, completed, dead, enqueued, envelope, photo_accepted, started
from winnow_journal.event_factory import enqueued_event
from winnow_retention.deleted_objects import DeletedObjects
from winnow_retention.deletion import Deletion

NAMED = {"deleted_media", "audit_log"}
"""The tables that may name a deleted media, by its id alone."""


@pytest.fixture
def deletion(database):
    return Deletion(database)


@pytest.fixture
def tables_with(database):
    """The tables that have a word anywhere in a row."""

    def find(*words):
        with database.transaction() as transaction, transaction._connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            tables = [name for (name,) in cursor.fetchall()]
            found = set()
            for table in tables:
                cursor.execute(f"SELECT t::text FROM {table} t")
                rows = [text for (text,) in cursor.fetchall()]
                # Bytes are shown as hexadecimal digits.
                forms = [*words, *(word.encode().hex() for word in words)]
                found |= {table for text in rows for form in forms if form in text}
        return found

    return find


@pytest.fixture
def shipper(database):
    return EventSender(EventStore(database))


def of_photo(name):
    return object_keys.derived("t", "med_p", "attempt", name)


def test_nothing_of_a_recording_is_left_but_that_it_was_deleted(
    deletion, database, store, library, command, embedded, searcher, tables_with
):
    store.store(command("a"), 1, embedded("zebra crossing", "good night"))
    store.store(command("b"), 1, embedded("zebra too"))
    assert {"passage", "segment", "transcript", "media", "job"} <= tables_with("med_a", "zebra")
    assert deletion.delete("t", "med_a", "key") == ["job_a"]
    assert tables_with("med_a", "job_a", "crossing") == NAMED
    assert library.media("t", "med_b")["status"] == "ready"
    with pytest.raises(Gone):
        library.media("t", "med_a")
    with pytest.raises(Gone):
        library.transcript("t", "med_a")
    with pytest.raises(Gone):
        library.trace(None, "job_a")
    assert library.media_list("t", limit=9, cursor=None, status=None)["items"][0]["id"] == "med_b"


def test_nothing_of_a_photo_is_left_nor_of_what_was_told_of_it(
    deletion, database, shipper, photo_store, photo_command, answer, found, photos, tables_with
):
    shipper.ship(photo_accepted(), enqueued_event(PHOTO, "g", ""), started(PHOTO, "x"))
    photo_store.store(photo_command("p"), 1, answer(found()))
    Feedback(database).add("t", "med_p", Correction(correct_category="glass", note="green bottle"), by="me")
    with database.transaction() as transaction:
        transaction.run_text(
            "INSERT INTO webhook (webhook_id, tenant_id, url, types, description, secret, created_ms, created_by)"
            " VALUES ('whk_1', 't', 'https://a.example', '{photo.classified}', '', 's', 1, 'k');"
            "INSERT INTO webhook_delivery (delivery_id, webhook_id, type, media_id, job_id, job_run, created_ms)"
            " VALUES ('dlv_1', 'whk_1', 'photo.classified', 'med_p', 'job_p', 1, 1)"
        )
    aside = {"journal_id": "j9", "seq": 1, "body": b'{"job_id":"job_p","title":"can\xff"}', "error": "no", "now_ms": 1}
    with database.transaction() as transaction:
        transaction.run("set_event_aside", aside)
    found_in = tables_with("job_p", "green bottle")
    assert {"photo_feedback", "task_event", "open_command", "event_set_aside", "webhook_delivery"} <= found_in
    deletion.delete("t", "med_p", "key", kind="photo")
    assert tables_with("med_p", "job_p", "green bottle", "can.heic") == NAMED
    with pytest.raises(Gone):
        photos.one("t", "med_p")


def test_another_tenants_media_is_not_found_and_a_second_time_it_is_gone(deletion, store, command, library):
    store.store(command("a", embedded_key=None), 1, None)
    with pytest.raises(NotFound):
        deletion.delete("other", "med_a", "key")
    with pytest.raises(NotFound):
        deletion.delete("t", "med_a", "key", kind="photo")
    deletion.delete("t", "med_a", "key")
    with pytest.raises(Gone):
        deletion.delete("t", "med_a", "key")
    with pytest.raises(NotFound):
        library.media("other", "med_a")


def test_what_is_told_late_of_a_deleted_job_is_forgotten_and_its_objects_are_due_again(
    deletion, database, shipper, tables_with, library
):
    shipper.ship(photo_accepted(), started(PHOTO, "x"))
    deletion.delete("t", "med_p", "key")
    removal = DeletedObjects(database, objects := MemoryObjectStore(), grace_seconds=0)
    removal.remove()
    objects.put_bytes(of_photo("late.jpg"), b"late", "image/jpeg")
    mark = shipper.ship(photo_accepted(), enqueued_event(PHOTO, "g", ""), dead(PHOTO, "x"))
    assert mark.applied_seq == 5
    assert tables_with("med_p", "job_p") == NAMED
    assert removal.remove() > 0
    assert list(objects.keys("")) == []
    with pytest.raises(Gone):
        library.job("t", "job_p")


def test_a_late_result_of_a_deleted_job_is_superseded(deletion, store, command, embedded, tables_with):
    store.store(command("a"), 1, embedded("zebra"))
    deletion.delete("t", "med_a", "key")
    with pytest.raises(Superseded):
        store.store(command("a", embedded_key="embedded/2"), 2, embedded("zebra"))
    assert tables_with("med_a", "zebra") == NAMED


def test_a_media_that_index_has_not_heard_of_is_deleted_before_it_is_there(deletion, shipper, tables_with, library):
    with pytest.raises(NotFound):
        deletion.delete("t", "med_p", "key")
    assert deletion.delete("t", "med_p", "key", job_id="job_p") == ["job_p"]
    shipper.ship(photo_accepted(), started(PHOTO, "x"), completed(PHOTO, "x"))
    assert tables_with("med_p", "job_p") == NAMED
    with pytest.raises(Superseded) as refused:
        deletion.delete("t", "med_p", "key", job_id="job_p")
    assert refused.value.code == "gone"


def test_nodes_hear_that_a_deleted_job_is_cancelled_and_has_ended_whatever_its_run(deletion, database, shipper):
    shipper.ship(photo_accepted(), enqueued_event(PHOTO, "g", ""))
    deletion.delete("t", "med_p", "key")
    control, histories = JobControl(database), TaskHistories(database)
    assert control.control().cancelled == {"job_p": EVERY_RUN}
    assert histories.ended(["job_p"]) == {"job_p": EVERY_RUN}
    assert histories.past(PHOTO.task_id, "job_p", 7, possible_duplicate=True).ended
    assert OpenCommands(database).due(9) == []
    assert OpenCommands(database).reopen() == 0
    with pytest.raises(Gone):
        control.cancel("t", "job_p", None)
    about = {"tenant_id": "t", "job_id": "job_p", "media_id": "med_p"}
    again = ReplayTask(**about, task_id=PHOTO.task_id, expected_run=1)
    with pytest.raises(Superseded):
        Replays(database).begin(again, by="me")


def test_a_job_that_was_to_begin_later_stays_cancelled_until_then(deletion, database, shipper):
    shipper.ship(photo_accepted())
    later_ms = now_ms() + 90 * 86_400_000
    with database.transaction() as transaction:
        transaction.run_text("UPDATE task_metadata SET not_before_ms = %(ms)s", {"ms": later_ms})
    deletion.delete("t", "med_p", "key")
    with database.transaction() as transaction:
        rows = transaction.rows("read_cancelled", {"since_ms": later_ms - 1, "every_run": EVERY_RUN})
    assert [row["job_id"] for row in rows] == ["job_p"]


def test_events_and_deletions_at_the_same_time_leave_nothing(deletion, database, tables_with):
    """Whichever waits for the other: a batch may have inserted the rows, or may be about to."""
    for turn in range(20):
        about = envelope(DrillMedia, job=f"r{turn}")
        began = threading.Barrier(2)

        def tell(about=about, began=began, journal=f"j{turn}"):
            began.wait()
            EventSender(EventStore(database), journal=journal).ship(enqueued(about), started(about, "x"))

        teller = threading.Thread(target=tell)
        teller.start()
        began.wait()
        deletion.delete("drill", f"med_r{turn}", "key", job_id=f"job_r{turn}")
        teller.join()
    assert tables_with("med_r", "job_r") == NAMED


@pytest.fixture
def objects():
    made = MemoryObjectStore()
    for key in (
        object_keys.upload("t", "med_p", "first"),
        of_photo("image.jpg"),
        object_keys.promoted("t", "med_p"),
        object_keys.claim("t", "job_p"),
        object_keys.acceptance(task_id("job_p", 1, "media.prepare_photo")),
        object_keys.answer_mark("t", "med_p", "mine"),
        object_keys.paid_answer("t", "mine"),
        object_keys.answer_mark("t", "med_p2", "other"),
        object_keys.paid_answer("t", "other"),
        object_keys.upload("t", "med_p2", "first"),
        object_keys.derived("other", "med_p", "attempt", "image.jpg"),
    ):
        made.put_bytes(key, b"x", "text/plain")
    return made


KEPT = {
    object_keys.answer_mark("t", "med_p2", "other"),
    object_keys.paid_answer("t", "other"),
    object_keys.upload("t", "med_p2", "first"),
    object_keys.derived("other", "med_p", "attempt", "image.jpg"),
}


def test_objects_and_answers_that_were_paid_for_it_go_and_no_others(deletion, database, shipper, objects):
    shipper.ship(photo_accepted())
    deletion.delete("t", "med_p", "key")
    DeletedObjects(database, objects, grace_seconds=60).remove()
    assert set(objects.keys("")) == KEPT


def test_what_an_interrupted_removal_left_goes_with_the_next(deletion, database, shipper, objects, monkeypatch):
    shipper.ship(photo_accepted())
    deletion.delete("t", "med_p", "key")
    remove, left = objects.remove, [3]

    def away(key):
        left[0] -= 1
        if left[0] < 0:
            raise Unavailable("It does not answer.", dependency="s3")
        remove(key)

    monkeypatch.setattr(objects, "remove", away)
    with pytest.raises(Unavailable):
        DeletedObjects(database, objects, grace_seconds=0).remove()
    monkeypatch.undo()
    assert set(objects.keys("")) > KEPT
    DeletedObjects(database, objects, grace_seconds=0).remove()
    assert set(objects.keys("")) == KEPT


def test_what_a_task_wrote_after_its_last_event_goes_after_the_grace(deletion, database, shipper, objects):
    shipper.ship(photo_accepted())
    deletion.delete("t", "med_p", "key")
    DeletedObjects(database, objects, grace_seconds=3600).remove()
    objects.put_bytes(of_photo("late.jpg"), b"late", "image/jpeg")
    assert DeletedObjects(database, objects, grace_seconds=3600).remove() == 0
    with database.transaction() as transaction:
        transaction.run_text("UPDATE deleted_media SET heard_ms = heard_ms - 3600000, sweep_ms = sweep_ms - 3600000")
    DeletedObjects(database, objects, grace_seconds=3600).remove()
    assert set(objects.keys("")) == KEPT
    with database.transaction() as transaction:
        assert transaction.rows("list_unswept_deleted", {"now_ms": now_ms() + 10**9, "limit": 9}) == []
