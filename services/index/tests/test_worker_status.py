"""What index keeps of its nodes' heartbeats."""

import dataclasses

import pytest

from winnow_contracts.heartbeats import Heartbeat, HeartbeatKind, JournalFigures, NodeState, TaskFigures
from winnow_index.history.event_store import EventStore
from winnow_index.history.worker_status import WorkerStatuses, drop_old
from winnow_index.testing import AI, MEDIA, EventSender, completed, dead, started

SAID = Heartbeat(
    kind=HeartbeatKind.HEARTBEAT,
    service="media",
    node="media-1",
    host="a-host",
    version="1.0",
    pid=7,
    started_ms=1_000,
    sent_ms=1_000_250,
    lanes=("media",),
    threads=4,
    memory_bytes=9_000,
    tasks=TaskFigures(active=1, processed=5, failed=2),
    journal=JournalFigures(
        pending=3,
        oldest_pending_ms=40,
        unapplied=6,
        oldest_unapplied_ms=50,
        used_bytes=700,
        wal_bytes=80,
        free_disk_bytes=900,
    ),
)
GOODBYE = dataclasses.replace(SAID, kind=HeartbeatKind.OFFLINE)


class SetClock:
    def __init__(self):
        self.at_ms = 1_000_000

    def __call__(self):
        return self.at_ms


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def workers(database, clock):
    return WorkerStatuses(database, clock)


def test_a_node_is_shown_as_it_described_itself(workers):
    workers.note([SAID])
    (found,) = workers.all()
    assert (found.service, found.node, found.host, found.version, found.pid) == ("media", "media-1", "a-host", "1.0", 7)
    assert (found.lanes, found.threads, found.memory_bytes) == (("media",), 4, 9_000)
    assert (found.active, found.processed, found.failed) == (1, 5, 2)
    assert (found.journal_pending, found.oldest_pending_ms) == (3, 40)
    assert (found.events_unapplied, found.oldest_event_ms) == (6, 50)
    assert (found.journal_bytes, found.wal_bytes, found.free_disk_bytes) == (700, 80, 900)
    assert (found.started_at, found.heartbeat_at) == ("1970-01-01T00:00:01.000Z", "1970-01-01T00:16:40.000Z")
    assert found.clock_offset_ms == 250


def test_a_node_is_silent_half_a_minute_after_its_last_word_and_online_with_the_next(workers, clock):
    workers.note([SAID])
    clock.at_ms += 29_999
    assert [one.state for one in workers.all()] == [NodeState.ONLINE]
    clock.at_ms += 1
    assert [one.state for one in workers.all()] == [NodeState.SILENT]
    workers.note([SAID])
    assert [one.state for one in workers.all()] == [NodeState.ONLINE]


def test_a_node_that_said_goodbye_is_offline_however_long_ago(workers, clock):
    workers.note([SAID, GOODBYE])
    assert [one.state for one in workers.all()] == [NodeState.OFFLINE]
    clock.at_ms += 3_600_000
    (found,) = workers.all()
    assert (found.state, found.offline_at) == (NodeState.OFFLINE, "1970-01-01T00:16:40.000Z")


@pytest.mark.parametrize("other", [{"pid": 8}, {"host": "b-host"}, {"started_ms": 2_000}])
def test_the_goodbye_of_a_process_that_was_replaced_changes_nothing(workers, other):
    workers.note([SAID, dataclasses.replace(SAID, **other), GOODBYE])
    assert [one.state for one in workers.all()] == [NodeState.ONLINE]


def test_nodes_of_one_name_in_two_services_are_two(workers):
    workers.note([SAID, dataclasses.replace(SAID, service="ai")])
    assert [one.service for one in workers.all()] == ["ai", "media"]


def test_success_rates_count_what_ended_within_the_hour_and_the_day(database, workers, clock):
    sender = EventSender(EventStore(database))
    sender.ship(started(MEDIA, "a"), completed(MEDIA, "a"), started(AI, "b"), dead(AI, "b"))
    with database.transaction() as transaction:
        transaction.run_text("UPDATE task_execution_history SET node = 'media-1', ended_ms = 1_000_000 - 1")
        transaction.run_text(
            "UPDATE task_execution_history SET ended_ms = ended_ms - 3600000 WHERE outcome <> 'completed'"
        )
    workers.note([SAID, dataclasses.replace(SAID, node="media-2")])
    first, second = workers.all()
    assert (first.success_rate_hour, first.success_rate_day) == (1.0, 0.5)
    assert (second.success_rate_hour, second.success_rate_day) == (None, None)
    clock.at_ms += 3_600_000
    first, _ = workers.all()
    assert (first.success_rate_hour, first.success_rate_day) == (None, 0.5)


def test_a_node_that_was_not_heard_of_for_long_is_dropped(database, workers, clock):
    workers.note([SAID])
    clock.at_ms += 1_000
    workers.note([dataclasses.replace(SAID, node="media-2")])
    assert drop_old(database, 1_000_000) == 0
    assert drop_old(database, 1_000_001) == 1
    assert [one.node for one in workers.all()] == ["media-2"]
