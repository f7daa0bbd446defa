"""Jobs are found by what their tenants wrote on them."""

from dataclasses import replace

import pytest

from winnow_contracts.commands import DrillMedia, JoinBatch
from winnow_contracts.control import EVERY_RUN
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import BadInput, NotFound, Snoozed
from winnow_contracts.events import EventKind
from winnow_contracts.index_api.jobs import BatchView
from winnow_contracts.queues import Priority
from winnow_index.actors import join_batch
from winnow_index.control.job_control import JobControl
from winnow_index.history.batches import Batches
from winnow_index.history.event_store import EventStore
from winnow_index.history.read_model import ReadModel
from winnow_index.testing import PHOTO, AsJson, EventSender, enqueued, photo_accepted
from winnow_journal.testing.memory import memory_task


@pytest.fixture
def library(database):
    return AsJson(ReadModel(database))


@pytest.fixture
def send(database):
    """Ships the acceptance of a photo with these options."""
    sender = EventSender(EventStore(database))

    def accept(name, priority=Priority.NORMAL, batch_id="", **options):
        told = {"priority": priority, **options}
        command = replace(PHOTO.command, job_id=f"job_{name}", media_id=f"med_{name}")
        envelope = replace(PHOTO, command=command, priority=priority)
        ids = {"job_id": command.job_id, "media_id": command.media_id, "task_id": envelope.task_id}
        event = photo_accepted()
        detail = {**event.detail, "options": told, "batch_id": batch_id}
        assert event.kind is EventKind.ACCEPTED
        sender.ship(replace(event, **ids, queue=envelope.queue, detail=detail), enqueued(envelope))

    return accept


def found(library, wanted, **more):
    page = library.jobs("t", **{"limit": 10, "cursor": None, "status": None, "metadata": wanted, **more})
    return sorted(item["id"] for item in page["items"])


def test_a_job_shows_how_it_was_asked_for(library, send, database):
    send("a", Priority.BULK, metadata={"course": "biology"}, track="outcome")
    shown = library.job("t", "job_a")
    assert (shown["priority"], shown["metadata"], shown["track"]) == ("bulk", {"course": "biology"}, "outcome")
    with database.transaction() as transaction:
        kept = "SELECT FROM task_metadata WHERE job_id = 'job_a' AND queue = 'media.bulk' AND origin = 'g'"
        assert transaction.run_text(kept) == 1


def test_a_job_of_an_earlier_version_is_an_ordinary_one(library, database):
    EventSender(EventStore(database)).ship(enqueued(PHOTO))
    shown = library.job("t", "job_p")
    assert (shown["priority"], shown["metadata"], shown["track"]) == ("normal", {}, "full")


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ('{"week": "3"}', "ab"),
        ('{"draft": "true"}', "a"),
        ('{"week": "3", "course": "biology"}', "a"),
        ('{"course": "chemistry"}', ""),
        ('{"course": "bio"}', ""),
    ],
)
def test_jobs_are_found_by_all_that_is_asked_of_their_metadata(library, send, wanted, names):
    send("a", metadata={"week": 3, "course": "biology", "draft": True})
    send("b", metadata={"week": "3"})
    send("c", metadata={"week": 4, "draft": "no"})
    send("d")
    assert found(library, wanted) == [f"job_{name}" for name in names]


def test_no_other_tenants_jobs_are_found(library, send):
    send("a", metadata={"week": 3})
    page = library.jobs("other", limit=10, cursor=None, status=None, metadata='{"week": "3"}')
    assert page["items"] == []


def test_found_jobs_come_in_pages(library, send):
    for name in "abc":
        send(name, metadata={"week": 3})
    first = library.jobs("t", limit=2, cursor=None, status=None, metadata='{"week": "3"}')
    rest = found(library, '{"week": "3"}', cursor=first["next_cursor"])
    assert sorted([*(item["id"] for item in first["items"]), *rest]) == ["job_a", "job_b", "job_c"]


def test_a_job_that_is_to_begin_later_is_scheduled_until_then(library, send):
    send("a", not_before_ms=now_ms() + 3_600_000)
    send("b", not_before_ms=now_ms() - 1)
    send("c")
    assert library.job("t", "job_a")["status"] == "scheduled"
    assert library.job("t", "job_b")["status"] == "queued"
    for status, names in (("scheduled", "a"), ("queued", "bc"), ("done", "")):
        assert found(library, None, status=status) == [f"job_{name}" for name in names]


def test_a_tenants_open_jobs_are_counted_up_to_a_number_without_those_that_begin_later(library, send):
    send("a", not_before_ms=now_ms() + 3_600_000)
    for name in "bcd":
        send(name)
    assert library.open_jobs("t", 10)["open"] == 3
    assert library.open_jobs("t", 2)["open"] == 2
    assert library.open_jobs("other", 10)["open"] == 0


def test_a_job_that_is_to_begin_later_is_not_stuck_and_stays_cancelled_until_its_message_comes(database, send):
    send("a", not_before_ms=now_ms() + 30 * 86_400_000)
    send("b")
    with database.transaction() as transaction:
        stuck = transaction.rows("find_stuck_jobs", {"before_ms": now_ms() + 1_000, "limit": 10})
        for job_id in ("job_a", "job_b"):
            transaction.run("cancel_job", {"job_id": job_id, "now_ms": now_ms()})
        cancelled = transaction.rows("read_cancelled", {"since_ms": now_ms() + 9 * 86_400_000, "every_run": EVERY_RUN})
    assert [row["job_id"] for row in stuck] == ["job_b"]
    assert [row["job_id"] for row in cancelled] == ["job_a"]


@pytest.mark.parametrize("wanted", ["no JSON", "[]", '{"a": 1}', "{}", '{"a":"","b":"","c":"","d":"","e":""}'])
def test_what_is_no_object_of_a_few_texts_is_refused(library, wanted):
    with pytest.raises(BadInput):
        found(library, wanted)


def test_the_jobs_of_a_batch_are_counted_by_how_they_stand(database, send):
    for name in "abc":
        send(name, batch_id="bat_1")
    send("d", batch_id="bat_2")
    JobControl(database).cancel("t", "job_a", "med_a")
    batches = Batches(database)
    assert batches.read("bat_1") == BatchView(open=2, done=0, failed=0, cancelled=1)
    with pytest.raises(NotFound):
        batches.read("bat_3")


def test_a_job_that_joins_a_batch_is_snoozed_until_all_of_it_have_ended(database, send):
    for name in "ab":
        send(name, batch_id="bat_1")
    command = JoinBatch(tenant_id="drill", job_id="job_z", media_id="m", batch_id="bat_1", of=2, steps=4)
    task = memory_task(command)
    JobControl(database).cancel("t", "job_a", "med_a")
    with pytest.raises(Snoozed, match="1 of the batch's 2"):
        join_batch(task, command, batches=Batches(database))
    assert task.outgoing == []
    JobControl(database).cancel("t", "job_b", "med_b")
    join_batch(task, command, batches=Batches(database))
    (sent,) = task.sent
    assert isinstance(sent, DrillMedia)
    assert (sent.job_id, sent.steps) == ("job_z", 4)
