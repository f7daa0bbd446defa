"""Heartbeats from nodes to index, over a real RabbitMQ."""

import threading
import time

import pika
import pytest

from winnow_base import metrics
from winnow_chassis.broker.heartbeat_consumer import HeartbeatConsumer
from winnow_chassis.outbox.heartbeats import Heartbeats
from winnow_chassis.worker.task_counts import TaskCounts
from winnow_contracts import queues
from winnow_contracts.errors import Unavailable
from winnow_contracts.heartbeats import SILENT_SECONDS, HeartbeatKind, JournalFigures, TaskFigures
from winnow_contracts.states import Outcome, TaskState
from winnow_harness.fixtures.nodes import LANE, BrokerView, Nodes, envelope, settings, wait_for
from winnow_journal.values import AttemptResult

_AN_HOUR_OF_SIX_NODES = 6 * 360


@pytest.fixture
def broker(amqp_url):
    view = BrokerView(amqp_url)
    view.clean()
    return view


@pytest.fixture
def nodes(broker, tmp_path):
    made = Nodes(broker.amqp_url, tmp_path)
    yield made
    made.close()


@pytest.fixture
def heard(broker):
    """The heartbeats that index stores from now on."""
    found = []
    consumer = HeartbeatConsumer(broker.amqp_url, found.extend)
    consumer.start()
    yield found
    consumer.stop()


def test_a_node_says_that_it_came_describes_itself_and_says_goodbye(nodes, heard):
    node = nodes.start(lambda task, command: None, name="media-7", threads=3)
    wait_for(lambda: heard)
    nodes.stop(node)
    wait_for(lambda: heard[-1].kind is HeartbeatKind.OFFLINE, 5)
    first = heard[0]
    assert first.kind is HeartbeatKind.ONLINE
    assert (first.service, first.node, first.lanes, first.threads) == ("media", "media-7", (LANE,), 3)
    assert first.memory_bytes > 1_000_000
    assert first.journal.free_disk_bytes > 0
    assert {(one.pid, one.started_ms) for one in heard} == {(first.pid, first.started_ms)}


def test_a_node_counts_its_attempts(nodes, heard):
    done = threading.Event()

    def act(task, command):
        done.set()

    node = nodes.start(act)
    wait_for(lambda: heard)
    rows = node.outbox.journal.submit(envelope("a"))
    node.outbox.relay.offer(rows)
    assert done.wait(60)
    wait_for(lambda: node._executor.counts.figures() == TaskFigures(active=0, processed=1, failed=0))
    nodes.stop(node)
    wait_for(lambda: heard and heard[-1].tasks.processed == 1, 5)


def test_a_node_tells_how_many_messages_of_each_lane_are_with_it(nodes, heard):
    goes_on = threading.Event()
    node = nodes.start(lambda task, command: goes_on.wait(60), threads=1)
    node.outbox.relay.offer(node.outbox.journal.submit(envelope("a")))
    wait_for(lambda: heard and heard[-1].unacked == {LANE: 1}, 30)
    goes_on.set()
    wait_for(lambda: heard[-1].unacked == {LANE: 0})
    nodes.stop(node)


def test_attempts_that_fail_or_run_out_of_time_are_failed_and_those_that_wait_are_not():
    counts = TaskCounts()
    with counts.running("actor"):
        assert counts.figures().active == 1
    for outcome in (Outcome.COMPLETED, Outcome.SNOOZED, Outcome.FAILED, Outcome.TIMEOUT):
        counts.ended("actor", AttemptResult(state=TaskState.COMPLETED, outcome=outcome))
    assert counts.figures() == TaskFigures(active=0, processed=4, failed=2)


def test_a_process_that_does_not_speak_for_its_node_says_nothing_not_even_goodbye(nodes, heard, tmp_path):
    node = nodes.start(lambda task, command: None)
    wait_for(lambda: heard)
    config = settings("", tmp_path, "other")
    silent = Heartbeats(config, node.outbox.publisher, journal=JournalFigures, may_speak=lambda: False)
    silent.start()
    silent.stop()
    nodes.stop(node)
    wait_for(lambda: heard[-1].kind is HeartbeatKind.OFFLINE, 5)
    assert {one.node for one in heard} == {"node"}


def test_a_scrape_reads_the_journal_as_it_is_also_right_after_a_restart(nodes):
    node = nodes.start(None, name="measured")
    node.outbox.publisher.stop()
    node.outbox.journal.submit(envelope("a"))
    before = metrics.exposition().decode()
    assert "winnow_journal_pending 1.0" in before
    assert "winnow_journal_events_unapplied 1.0" in before
    nodes.stop(node)
    nodes.start(None, name="measured")
    after = metrics.exposition().decode()
    assert "winnow_journal_events_unapplied 1.0" in after


def test_an_hour_without_index_leaves_no_pile(broker):
    with broker.channel() as channel:
        for _ in range(_AN_HOUR_OF_SIX_NODES):
            channel.basic_publish("", queues.INDEX_HEARTBEATS, b"{}", pika.BasicProperties(delivery_mode=1))
        # A queue counts what it got after what came before it.
        wait_for(lambda: broker.depth(queues.INDEX_HEARTBEATS) > 0, 10)
        published_at = time.monotonic()
    wait_for(lambda: broker.depth(queues.INDEX_HEARTBEATS) == 0, SILENT_SECONDS + 20)
    assert time.monotonic() - published_at > SILENT_SECONDS / 2, "they did not wait for index at all"


def test_what_cannot_be_read_or_stored_does_not_end_the_consumer(broker):
    stored, refusals = [], [Unavailable("PostgreSQL is away.", dependency="postgres")]

    def store(some):
        if refusals:
            raise refusals.pop()
        stored.extend(some)

    consumer = HeartbeatConsumer(broker.amqp_url, store)
    consumer.start()
    said = (
        b'{"kind": "heartbeat", "service": "media", "node": "n", "host": "h", "version": "1", "pid": 1,'
        b' "started_ms": 1, "sent_ms": 2, "of_a_newer_version": true}'
    )

    def say():
        with broker.channel() as channel:
            channel.basic_publish("", queues.INDEX_HEARTBEATS, b"no heartbeat")
            channel.basic_publish("", queues.INDEX_HEARTBEATS, said)
        return stored

    wait_for(say)
    consumer.stop()
    assert stored[0].node == "n"
