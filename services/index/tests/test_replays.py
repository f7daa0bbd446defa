from dataclasses import replace

import pytest

from winnow_contracts.commands import DrillMedia, ReplayTask, StoreDrill
from winnow_contracts.envelope import Envelope
from winnow_contracts.errors import Conflict, NotFound
from winnow_contracts.events import JobAccepted
from winnow_contracts.job_options import JobOptions, Track
from winnow_contracts.queues import Priority
from winnow_index.actors import replay_task
from winnow_index.history.dead_tasks import DeadTasks, Replays
from winnow_index.history.event_store import EventStore
from winnow_index.history.task_history import TaskHistories
from winnow_index.store.completion import Completions, Stored
from winnow_index.testing import MEDIA, AsJson, EventSender, dead, enqueued, envelope, started
from winnow_journal.event_factory import accepted_event
from winnow_journal.testing.memory import memory_task

REPLAY = ReplayTask(tenant_id="drill", job_id="job_d", media_id="med_d", task_id=MEDIA.task_id, expected_run=1)


@pytest.fixture
def shipper(database):
    made = EventSender(EventStore(database))
    made.ship(started(MEDIA, "a"), dead(MEDIA, "a"))
    return made


@pytest.fixture
def tasks(database):
    return AsJson(DeadTasks(database))


@pytest.fixture
def run(database):
    return lambda: (lambda job: (job["status"], job["run"]))(
        AsJson(TaskHistories(database)).statuses(["job_d"])["job_d"]
    )


def page(tasks, **filters):
    wanted = {"limit": 10, "cursor": None, "actor": None, "tenant_id": None, **filters}
    return tasks.page(**wanted)


def test_a_replay_begins_the_next_run_at_the_dead_task(database, shipper, run):
    task = memory_task(REPLAY)
    replay_task(task, REPLAY, replays=Replays(database))
    assert task.outgoing == [(MEDIA.command, 2, Priority.NORMAL, Track.FULL)]
    assert run() == ("queued", 2)


def test_a_replay_of_a_bulk_job_stays_on_bulk_lanes(database):
    bulk = replace(MEDIA, priority=Priority.BULK)
    EventSender(EventStore(database)).ship(started(bulk, "a"), dead(bulk, "a"))
    task = memory_task(REPLAY)
    replay_task(task, REPLAY, replays=Replays(database))
    assert task.outgoing == [(MEDIA.command, 2, Priority.BULK, Track.FULL)]


def accepted_with(options):
    accepted = JobAccepted(
        kind="drill",
        title="Drill",
        filename="",
        content_type="",
        size_bytes=0,
        original_key="",
        created_ms=1,
        options=options,
    )
    return accepted_event(MEDIA, accepted, "g")


def test_a_replay_of_a_bulk_job_is_bulk_though_its_lane_is_for_all_work(database, shipper):
    shipper.ship(accepted_with(JobOptions(priority=Priority.BULK)))
    task = memory_task(REPLAY)
    replay_task(task, REPLAY, replays=Replays(database))
    assert task.outgoing == [(MEDIA.command, 2, Priority.BULK, Track.FULL)]


def test_a_replay_is_tracked_as_its_job(database, shipper):
    shipper.ship(accepted_with(JobOptions(track=Track.OUTCOME)))
    task = memory_task(REPLAY)
    replay_task(task, REPLAY, replays=Replays(database))
    assert task.outgoing == [(MEDIA.command, 2, Priority.NORMAL, Track.OUTCOME)]


def test_a_replay_that_died_after_the_run_began_gives_the_same_command_again(database, shipper, run):
    by = memory_task(REPLAY).envelope.task_id
    assert Replays(database).begin(REPLAY, by=by) == Replays(database).begin(REPLAY, by=by)
    assert run() == ("queued", 2)


def test_two_replays_of_one_run_begin_one(database, shipper, run):
    Replays(database).begin(REPLAY, by="one")
    with pytest.raises(Conflict, match="in run 2"):
        Replays(database).begin(REPLAY, by="another")
    assert run() == ("queued", 2)


def test_a_task_that_is_not_dead_is_not_replayed(database):
    EventSender(EventStore(database)).ship(started(MEDIA, "a"))
    with pytest.raises(Conflict):
        Replays(database).begin(REPLAY, by="one")


def test_a_done_job_is_not_replayed(database):
    store = envelope(StoreDrill)
    write = {"result": "r", "write": lambda transaction, now_ms: None}
    assert Completions(database).apply(store.command, run=1, **write) is Stored.STORED
    EventSender(EventStore(database)).ship(started(MEDIA, "a"), dead(MEDIA, "a"))
    with pytest.raises(Conflict, match="done"):
        Replays(database).begin(REPLAY, by="one")


def test_the_asking_itself_neither_begins_a_run_nor_fails_a_job(database, shipper, run):
    asking = Envelope(command=REPLAY, run=2, created_ms=1)
    shipper.ship(enqueued(asking), started(asking, "r"))
    assert run() == ("failed", 1)
    Replays(database).begin(REPLAY, by=asking.task_id)
    shipper.ship(dead(asking, "r"))
    assert run() == ("queued", 2)


def test_the_next_run_is_told_by_its_own_tasks(database, shipper, run):
    Replays(database).begin(REPLAY, by="one")
    shipper.ship(started(envelope(DrillMedia, run=2), "b"))
    assert run() == ("running", 2)
    shipper.ship(dead(MEDIA, "late"))
    assert run() == ("running", 2)


def test_an_ended_job_is_told_with_the_run_it_ended_in(database, shipper):
    assert TaskHistories(database).ended(["job_d"]) == {"job_d": 1}
    Replays(database).begin(REPLAY, by="one")
    assert TaskHistories(database).ended(["job_d"]) == {}


def test_the_task_that_asks_for_a_replay_is_not_replayed_itself(database, shipper, tasks):
    asking = Envelope(command=REPLAY, run=2)
    shipper.ship(dead(asking, "r"))
    assert not tasks.one(asking.task_id)["replayable"]


def test_dead_tasks_are_listed_with_all_there_is_to_know(tasks, shipper):
    item = page(tasks)["items"][0]
    assert (item["task_id"], item["attempts"], item["replayable"], item["run"]) == (MEDIA.task_id, 1, True, 1)
    assert item["problem"]["detail"] == "It broke."
    shown = tasks.one(MEDIA.task_id)
    assert (shown["trace"], shown["command"]["steps"]) == ("Traceback", 2)
    assert shown["attempts"][0]["outcome"] == "failed"
    with pytest.raises(NotFound):
        tasks.one("none")


def test_a_replayed_task_waits_for_nobody_any_more(tasks, database, shipper):
    Replays(database).begin(REPLAY, by="one")
    assert page(tasks)["items"] == []
    assert tasks.one(MEDIA.task_id)["replayable"] is False


def test_a_discarded_task_is_off_the_list_and_can_not_be_replayed(tasks, database, shipper):
    assert tasks.discard(MEDIA.task_id, "me")["discarded_at"] is not None
    assert page(tasks)["items"] == []
    with pytest.raises(Conflict, match="discarded"):
        Replays(database).begin(REPLAY, by="one")
    with pytest.raises(NotFound):
        tasks.discard("none", "me")


def test_the_list_is_paged_and_filtered(tasks, shipper):
    others = [envelope(DrillMedia, job) for job in "xyz"]
    shipper.ship(*(dead(about, about.command.job_id) for about in others))
    seen, cursor = [], None
    while True:
        found = page(tasks, limit=3, cursor=cursor)
        seen += [item["job_id"] for item in found["items"]]
        cursor = found["next_cursor"]
        if cursor is None:
            break
    assert sorted(seen) == ["job_d", "job_x", "job_y", "job_z"]
    assert page(tasks, actor="ai.drill")["items"] == []
    assert page(tasks, tenant_id="other")["items"] == []
    assert len(page(tasks, actor="media.drill", tenant_id="drill")["items"]) == 4
