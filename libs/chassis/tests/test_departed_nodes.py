"""What a node left that does not come back is carried out by its neighbour, through the real broker."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from winnow_base import metrics
from winnow_base.node_folder import has_open_work, lock_folder
from winnow_chassis.broker.event_consumer import EventConsumer
from winnow_chassis.outbox.departed_nodes import DepartedNodes
from winnow_chassis.outbox.runtime import OutboxRuntime
from winnow_contracts import queues
from winnow_contracts.commands import DrillAi, DrillMedia
from winnow_contracts.envelope import Envelope
from winnow_contracts.events import EventBatch, EventKind, Watermark
from winnow_contracts.states import Outcome, TaskState
from winnow_harness.fixtures.nodes import BrokerView, settings, wait_for
from winnow_journal.journal import SqliteJournal
from winnow_journal.values import AttemptResult, DeliveryContext, Run

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


@pytest.fixture
def broker(amqp_url: str) -> BrokerView:
    view = BrokerView(amqp_url)
    view.clean()
    return view


@pytest.fixture
def stored(broker: BrokerView) -> Iterator[list[EventBatch]]:
    """Stands in for index: applies every batch, and keeps it."""
    batches: list[EventBatch] = []

    def store(found: Sequence[EventBatch]) -> list[Watermark]:
        batches.extend(found)
        return [Watermark(journal_id=one.journal_id, applied_seq=one.last_seq) for one in found]

    inbox = EventConsumer(broker.amqp_url, store)
    inbox.start()
    yield batches
    inbox.stop()


@pytest.fixture
def left(tmp_path: Path) -> Path:
    """The folder of a node that is gone: one task ended and sends a command, another was running."""
    folder = tmp_path / "media-2"
    journal = SqliteJournal(folder / "journal", "media-2")
    ended = Envelope(command=DrillMedia(tenant_id="drill", job_id="job_1", media_id="med_1"))
    run = journal.claim(ended, DeliveryContext())
    assert isinstance(run, Run)
    child = Envelope(command=DrillAi(tenant_id="drill", job_id="job_1", media_id="med_1"))
    ending = AttemptResult(state=TaskState.COMPLETED, outcome=Outcome.COMPLETED, children=(child,))
    journal.finish(ended, run.attempt_id, ending)
    running = Envelope(command=DrillMedia(tenant_id="drill", job_id="job_2", media_id="med_2"))
    journal.claim(running, DeliveryContext())
    journal.close()
    return folder


@pytest.fixture
def neighbour(broker: BrokerView, tmp_path: Path) -> Iterator[DepartedNodes]:
    of = replace(settings(broker.amqp_url, tmp_path, "media-1"), nodes_dir=tmp_path)
    node = OutboxRuntime(of)
    node.start()
    departed = DepartedNodes(of, gone_seconds=0.5, every_seconds=0.2)
    yield departed
    departed.stop()
    node.stop()


def test_commands_and_events_of_a_departed_node_are_sent_in_its_name(
    left: Path, neighbour: DepartedNodes, broker: BrokerView, stored: list[EventBatch]
) -> None:
    neighbour.start()
    wait_for(lambda: not has_open_work(left))
    wait_for(lambda: broker.depth(queues.AI) == 1, what="its command is not in the broker")
    mine = [batch for batch in stored if batch.node == "media-2"]
    kinds = [one.event.kind for batch in mine for one in batch.events]
    assert EventKind.COMPLETED in kinds
    assert kinds[-1] is EventKind.RELEASED
    wait_for(lambda: free(left), what="its folder stays locked")


def test_files_of_departed_nodes_are_removed_and_their_journals_stay(
    left: Path, neighbour: DepartedNodes, stored: list[EventBatch], tmp_path: Path
) -> None:
    idle = tmp_path / "media-3"
    SqliteJournal(idle / "journal", "media-3").close()
    own = tmp_path / "media-1" / "files"
    for folder in (left / "files", idle / "scratch", own):
        folder.mkdir()
        (folder / "original").write_bytes(b"x")
    (idle / "keys.json").write_text("[]")
    neighbour.start()
    wait_for(lambda: all({it.name for it in one.iterdir()} == {"journal", "node.lock"} for one in (left, idle)))
    assert not has_open_work(left)
    assert (idle / "journal" / "journal.db").exists()
    assert (own / "original").exists()


def test_a_folder_that_a_node_has_is_left_alone(
    left: Path, neighbour: DepartedNodes, broker: BrokerView, stored: list[EventBatch]
) -> None:
    lock = lock_folder(left)
    assert lock is not None
    neighbour.start()
    with pytest.raises(AssertionError):
        wait_for(lambda: not has_open_work(left), seconds=3)
    os.close(lock)  # and is carried out once that node is gone
    wait_for(lambda: not has_open_work(left))


def test_the_metrics_stay_those_of_the_nodes_own_journal(left: Path, broker: BrokerView, tmp_path: Path) -> None:
    of = settings(broker.amqp_url, tmp_path, "media-2")
    own, other = OutboxRuntime(settings(broker.amqp_url, tmp_path, "media-1")), OutboxRuntime(of, measured=False)
    own.start()
    other.start()
    try:
        wait_for(lambda: other.publisher.connected)
        assert other.counter.figures().unapplied > 0
        metrics.exposition()
        assert metrics.EVENTS_UNAPPLIED._value.get() == 0
    finally:
        other.stop()
        own.stop()


def free(folder: Path) -> bool:
    if (lock := lock_folder(folder)) is None:
        return False
    os.close(lock)
    return True
