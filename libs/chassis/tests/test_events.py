"""Events from journals to index: in order, until applied, over outages and gaps."""

import json
import threading
import time
from dataclasses import replace

import pytest

from winnow_chassis.broker import topology
from winnow_chassis.broker.event_consumer import EventConsumer
from winnow_chassis.broker.live_events import LiveListener
from winnow_chassis.outbox import event_shipper
from winnow_chassis.outbox.runtime import OutboxRuntime
from winnow_contracts import queues
from winnow_contracts.errors import Unavailable
from winnow_contracts.events import EventKind, JobAccepted, Watermark
from winnow_harness.fixtures.nodes import BrokerView, envelope, settings, wait_for
from winnow_journal.event_factory import new_event
from winnow_journal.inspect.view import open_view

ACCEPTED = JobAccepted(
    kind="recording", title="", filename="", content_type="", size_bytes=1, original_key="k", created_ms=1
)


class Index:
    """Applies batches as index does: the watermark passes only batches without a gap before them."""

    def __init__(self):
        self.marks, self.seqs, self.down, self.drop, self.batches, self.calls = {}, [], threading.Event(), 0, 0, 0

    def handle(self, batches):
        if self.down.is_set():
            raise Unavailable("The database does not answer.", dependency="postgres")
        self.calls += 1
        return [self._apply(batch) for batch in batches]

    def _apply(self, batch):
        mark = self.marks.get(batch.journal_id, 0)
        if self.drop and batch.events:
            self.drop -= 1  # as if the broker had lost this batch
            return Watermark(journal_id=batch.journal_id, applied_seq=mark)
        self.seqs += [one.seq for one in batch.events]
        self.batches += bool(batch.events)
        if batch.previous_seq <= mark and batch.events:
            mark = self.marks[batch.journal_id] = max(mark, batch.events[-1].seq)
        return Watermark(journal_id=batch.journal_id, applied_seq=mark)


@pytest.fixture
def index(amqp_url):
    BrokerView(amqp_url).clean()
    return Index()


@pytest.fixture
def inbox(amqp_url, index):
    made = EventConsumer(amqp_url, index.handle)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def node(amqp_url, tmp_path, index):
    made = OutboxRuntime(settings(amqp_url, tmp_path, "gateway"), exclusive=False)
    made.start()
    wait_for(lambda: made.publisher.connected)
    yield made
    made.stop()


def accept(node, *names):
    for name in names:
        node.relay.offer(node.journal.accept(envelope(name), ACCEPTED))
        node.shipper.look()


def last_event(node):
    return node.journal.events_after(0, 1000)[-1].seq


def test_events_arrive_in_order_and_the_journal_learns_what_is_applied(node, index, inbox):
    accept(node, "a", "b", "c")
    wait_for(lambda: node.journal.applied_seq == last_event(node))
    assert index.seqs == [one.seq for one in node.journal.events_after(0, 100)]


def test_an_event_lingers_for_others_but_not_where_an_ack_waits_for_it(node, index, inbox, monkeypatch):
    monkeypatch.setattr(event_shipper, "_LINGER_SECONDS", 3600.0)
    node.shipper.recorded()
    node.journal.accept(envelope("a"), ACCEPTED)
    node.journal.accept(envelope("b"), ACCEPTED)
    time.sleep(1.5)  # longer than the shipper's own look
    assert index.seqs == []
    node.shipper.recorded(urgent=True)
    wait_for(lambda: node.journal.applied_seq == last_event(node))
    assert index.batches == 1


def test_many_events_do_not_linger(node, index, inbox, monkeypatch):
    monkeypatch.setattr(event_shipper, "_LINGER_SECONDS", 3600.0)
    node.shipper.recorded()
    node.journal.accept(envelope("a"), ACCEPTED)
    for _ in range(event_shipper._LINGER_EVENTS):
        node.shipper.recorded()
    wait_for(lambda: node.journal.applied_seq == last_event(node))


def test_events_of_a_job_accepted_while_index_is_down_arrive_afterwards(node, index, inbox):
    index.down.set()
    accept(node, "a")
    assert node.journal.applied_seq == 0
    index.down.clear()
    wait_for(lambda: node.journal.applied_seq == last_event(node))


def handovers(node):
    with open_view(node.journal.path.parent) as view:
        return view.handovers(10)


def test_why_events_could_not_be_handed_over_stands_in_the_journal_until_index_has_them(
    node, index, inbox, monkeypatch
):
    monkeypatch.setattr(event_shipper, "_LONGEST_PATIENCE_SECONDS", event_shipper._PATIENCE_SECONDS)
    index.down.set()
    accept(node, "a")
    wait_for(lambda: any("Index has not stored them" in one.error for one in handovers(node)))
    index.down.clear()
    wait_for(lambda: node.journal.applied_seq == last_event(node))
    latest = handovers(node)[0]
    assert (latest.error, latest.applied_seq) == ("", last_event(node))


def test_events_that_wait_for_a_broker_that_is_away_say_so(tmp_path):
    alone = OutboxRuntime(settings("amqp://guest:guest@127.0.0.1:1/", tmp_path, "gateway"), exclusive=False)
    alone.start()
    try:
        alone.journal.accept(envelope("a"), ACCEPTED)
        wait_for(lambda: [one.error for one in handovers(alone)] == ["The broker is not connected."])
    finally:
        alone.stop()


def test_what_goes_on_failing_for_one_reason_is_not_noted_again_at_once(node):
    for reason in ("It is away.", "It is away.", "It is full.", "It is full."):
        node.shipper._failed(reason)
    assert sorted(one.error for one in handovers(node)) == ["It is away.", "It is full."]


def test_a_gap_is_noticed_and_shipped_again(node, index, inbox):
    index.drop = 1
    accept(node, "a")
    wait_for(lambda: index.drop == 0)
    accept(node, "b")
    wait_for(lambda: node.journal.applied_seq == last_event(node))
    assert set(index.seqs) == {one.seq for one in node.journal.events_after(0, 100)}


def test_a_batch_that_can_not_be_stored_for_an_unforeseen_reason_stops_no_other(node, index, inbox, monkeypatch):
    handle, failed = index.handle, []

    def fail_once(batches):
        if any(batch.events for batch in batches) and not failed:
            failed.append(batches)
            raise KeyError("a bug")
        return handle(batches)

    monkeypatch.setattr(inbox, "_handle", fail_once)
    accept(node, "a")
    wait_for(lambda: bool(failed))
    accept(node, "b")  # its answer shows the gap
    wait_for(lambda: node.journal.applied_seq == last_event(node))


def test_an_inbox_that_finds_a_queue_with_other_arguments_goes_on_once_it_is_right(amqp_url, node, index):
    with BrokerView(amqp_url).channel() as channel:
        channel.exchange_delete(topology.MARK)
        channel.queue_delete(queues.AI_BULK)
        channel.queue_declare(queues.AI_BULK, durable=True)
    inbox = EventConsumer(amqp_url, index.handle)
    inbox.start()
    accept(node, "a")
    time.sleep(1)
    assert index.seqs == []
    with BrokerView(amqp_url).channel() as channel:
        channel.queue_delete(queues.AI_BULK)
    wait_for(lambda: node.journal.applied_seq == last_event(node))
    inbox.stop()


def test_an_inbox_whose_queue_was_deleted_consumes_again(amqp_url, node, index, inbox):
    accept(node, "a")
    wait_for(lambda: node.journal.applied_seq == last_event(node))
    with BrokerView(amqp_url).channel() as channel:
        channel.queue_delete("index.events")
    accept(node, "b")
    wait_for(lambda: node.journal.applied_seq == last_event(node))


def test_an_answer_that_can_not_be_read_is_passed_over(node, index, inbox, amqp_url):
    accept(node, "a")
    wait_for(lambda: node.journal.applied_seq == last_event(node))
    with BrokerView(amqp_url).channel() as channel:
        channel.basic_publish("", queues.applied(node.journal.journal_id), b"[not json")
    accept(node, "b")
    wait_for(lambda: node.journal.applied_seq == last_event(node))


def test_live_events_reach_every_listener(amqp_url, node):
    heard = [[], []]
    listeners = [LiveListener(amqp_url, one.append) for one in heard]
    for listener in listeners:
        listener.start()
    event = new_event(EventKind.PROGRESS, envelope("a"), "n", "attempt", stage="transcribe", done=0.5)
    node.watched.note(event.job_id)

    def told():
        node.tell(event)
        return all(heard)

    wait_for(told)
    assert heard[0][0] == event
    for listener in listeners:
        listener.stop()


@pytest.mark.parametrize("by", ["job_id", "tenant_id"])
def test_live_events_of_a_job_that_nobody_watches_are_not_sent(amqp_url, node, by):
    heard = []
    listener = LiveListener(amqp_url, heard.append)
    listener.start()
    watched, other = (
        new_event(EventKind.PROGRESS, envelope(name), "n", "attempt", stage="s", done=0.5) for name in ("a", "b")
    )
    other = replace(other, tenant_id="nobody")
    node.watched.note(getattr(watched, by))

    def told():
        node.tell(other)
        node.tell(watched)
        return heard

    wait_for(told)
    assert {event.job_id for event in heard} == {watched.job_id}
    listener.stop()


def test_a_batch_nobody_can_read_keeps_no_other_from_being_applied(amqp_url, node, index, inbox):
    broker = BrokerView(amqp_url)
    with broker.channel() as channel:
        channel.basic_publish("", queues.INDEX_EVENTS, b"no batch")
    accept(node, "after it")
    wait_for(lambda: node.journal.applied_seq == last_event(node))


def test_batches_that_wait_are_applied_together(amqp_url, node, index):
    accept(node, "first")
    with BrokerView(amqp_url).channel() as channel:
        channel.queue_purge(queues.INDEX_EVENTS)
        for journal in range(5):
            batch = {"journal_id": f"j{journal}", "service": "s", "node": "n", "previous_seq": 0, "events": []}
            channel.basic_publish("", queues.INDEX_EVENTS, json.dumps(batch).encode())
    wait_for(lambda: BrokerView(amqp_url).depth(queues.INDEX_EVENTS) >= 5)
    together = []

    def handle(batches):
        together.append([batch.journal_id for batch in batches])
        return index.handle(batches)

    inbox = EventConsumer(amqp_url, handle)
    inbox.start()
    wait_for(lambda: sum(map(len, together)) >= 5)
    inbox.stop()
    assert len(together) < 5
    assert BrokerView(amqp_url).depth(queues.INDEX_EVENTS) == 0


def test_a_backlog_is_worked_off_while_the_broker_takes_no_messages(rabbit, node, index, inbox):
    """The backlog may have raised the alarm: acks must get through although answers cannot."""
    accept(node, "first")
    wait_for(lambda: node.journal.applied_seq == last_event(node))  # an answer was sent: its connection published
    index.down.set()
    accept(node, *(f"job {number}" for number in range(40)))
    broker = BrokerView(rabbit.url)
    wait_for(lambda: broker.depth(queues.INDEX_EVENTS) > 0, what="no event waited")
    rabbit.ctl("set_vm_memory_high_watermark", "0.00001")
    try:
        index.down.clear()
        time.sleep(1)
        wait_for(lambda: broker.depth(queues.INDEX_EVENTS) == 0, what="the backlog stayed")
    finally:
        rabbit.ctl("set_vm_memory_high_watermark", "0.6")
    wait_for(lambda: node.journal.applied_seq == last_event(node))
