"""The publishing threads survive errors around them, and a lane never silently stops consuming."""

import threading
import time

import peewee
import pytest

from winnow_base.background import threads
from winnow_chassis.broker import live_events
from winnow_chassis.broker.answers import Answer
from winnow_chassis.broker.publisher import Publisher
from winnow_chassis.outbox.relay import Relay
from winnow_chassis.outbox.runtime import OutboxRuntime
from winnow_chassis.worker import lane_worker
from winnow_contracts.commands import Examine
from winnow_contracts.errors import Permanent, RateLimited
from winnow_contracts.events import EventKind
from winnow_harness.fixtures.nodes import ACCEPTED, LANE, Sender, envelope, settings, wait_for
from winnow_journal.event_factory import new_event
from winnow_journal.testing.memory import MemoryJournal
from winnow_journal.values import JournalUnusable, OutboxRow


def kinds(node):
    return [one.event.kind for one in node.outbox.journal.events_after(0, 1000)]


@pytest.fixture
def gateway(broker, tmp_path):
    made = OutboxRuntime(settings(broker.amqp_url, tmp_path, "lonely"), exclusive=False)
    yield made
    made.stop()


def test_a_dead_event_that_was_shipped_before_anyone_waited_for_it_holds_no_ack_back(broker, nodes, send, monkeypatch):
    def actor(task, command):
        raise Permanent("broken")

    node = nodes.start(actor, threads=1)
    offer = node.outbox.relay.offer

    def late(rows, then=lambda: None):
        wait_for(lambda: all(row.is_command or row.seq <= node.outbox.relay.barriers.shipped_seq for row in rows))
        offer(rows, then)

    monkeypatch.setattr(node.outbox.relay, "offer", late)
    send(envelope("bad"))
    wait_for(lambda: EventKind.DEAD in kinds(node))
    wait_for(lambda: node.outbox.relay.barriers._waiting == {}, what="the barrier did not open")


def test_rows_of_one_gate_confirmed_by_two_threads_open_it_once():
    class Idle:
        connected = False

        def publish(self, message, done):
            self.done = done

    publisher, opened, both = Idle(), [], threading.Barrier(2)
    journal = MemoryJournal()
    relay = Relay(journal, publisher)
    command = journal.accept(envelope("a"), ACCEPTED)[0]
    relay.offer([command, OutboxRow(seq=command.seq + 1)], then=lambda: opened.append(1))

    def ship():
        both.wait()
        relay.shipped([command.seq + 1])

    thread = threading.Thread(target=ship)
    thread.start()
    both.wait()
    publisher.done(Answer.HELD)
    thread.join()
    assert opened == [1]


def test_a_lane_whose_queue_was_deleted_is_consumed_again_once_it_is_back(broker, nodes, send):
    ran = []
    nodes.start(lambda task, command: ran.append(command.filename))
    send(envelope("before"))
    wait_for(lambda: ran == ["before"])
    with broker.channel() as channel:
        channel.queue_delete(LANE)
    send(envelope("after"))
    wait_for(lambda: ran == ["before", "after"])


def test_a_lane_whose_channel_the_broker_closed_is_consumed_again(nodes, send):
    ran = []
    node = nodes.start(lambda task, command: ran.append(command.filename))
    send(envelope("before"))
    wait_for(lambda: ran == ["before"])
    # An unknown delivery tag closes the channel and leaves the connection, as a consumer timeout does.
    node._lanes[0]._worker.consumers[LANE].consumer.settle(4711, keep=False)
    send(envelope("after"))
    wait_for(lambda: ran == ["before", "after"])


def test_a_journal_that_fails_while_connecting_only_puts_the_connection_off(gateway, monkeypatch):
    tries, set_flag = [], gateway.journal.set_flag

    def fail_once(name, value):
        tries.append(1)
        if len(tries) == 1:
            raise JournalUnusable("database or disk is full")
        set_flag(name, value)

    monkeypatch.setattr(gateway.journal, "set_flag", fail_once)
    gateway.start()
    wait_for(lambda: gateway.publisher.connected)
    assert len(tries) == 2


def test_a_journal_that_can_not_be_read_for_a_while_stops_neither_relay_nor_shipper(broker, gateway, monkeypatch):
    failed = []

    def fail(*arguments):
        failed.append(1)
        raise peewee.OperationalError("disk I/O error")

    gateway.start()
    wait_for(lambda: gateway.publisher.connected)
    with monkeypatch.context() as broken:
        broken.setattr(gateway.journal._reader._database, "connection", fail)
        wait_for(lambda: len(failed) > 3)
    assert Sender(gateway)(envelope("later")).wait(60)
    wait_for(lambda: broker.depth("index.events") > 0, what="the shipper did not go on")


def test_a_row_that_can_not_be_sent_stops_no_other(gateway):
    gateway.journal.accept(envelope("broken"), ACCEPTED)
    gateway.journal.write(lambda execute: execute("UPDATE outbox SET delay_ms = 1e12 WHERE kind = 'command'"))
    fine = gateway.journal.accept(envelope("fine"), ACCEPTED)[0]
    gateway.start()  # only the relay's periodic read can publish these
    wait_for(lambda: fine not in gateway.journal.unconfirmed(10))
    assert len(gateway.journal.unconfirmed(10)) == 1


@pytest.mark.parametrize("key", ["k" * 300_000, object()], ids=["too large", "no JSON"])
def test_a_command_that_can_not_be_sent_is_the_actors_failure_and_reaches_no_outbox(nodes, send, key):
    child = Examine(tenant_id="t", job_id="c", media_id="m", original_key=key, filename="child", size_bytes=1)
    node = nodes.start(lambda task, command: task.send(child))
    send(envelope("parent"))
    wait_for(lambda: EventKind.RETRYING in kinds(node))
    assert EventKind.ENQUEUED not in kinds(node)


def test_an_upstream_that_asks_for_years_of_rest_gets_a_day(nodes, send):
    def actor(task, command):
        raise RateLimited("Slow down.", retry_after_seconds=1e9)

    node = nodes.start(actor)
    send(envelope("limited"))
    wait_for(lambda: EventKind.RETRYING in kinds(node))
    wait_for(lambda: node.outbox.journal.unconfirmed(10) == [])


def test_a_bug_around_the_actor_loses_no_message(nodes, send, monkeypatch):
    ran, ends = [], []
    node = nodes.start(lambda task, command: ran.append(command.filename))
    finish = node.outbox.journal.finish

    def fail_once(*arguments):
        ends.append(1)
        if len(ends) == 1:
            raise KeyError("a bug")
        return finish(*arguments)

    monkeypatch.setattr(node.outbox.journal, "finish", fail_once)
    send(envelope("a"))
    wait_for(lambda: EventKind.COMPLETED in kinds(node))
    assert ran == ["a", "a"]
    wait_for(lambda: node._executor._in_flight._held == {})


def test_a_publisher_stopped_while_it_connects_leaves_no_thread(broker):
    connecting, go = threading.Event(), threading.Event()

    def prepare(channel):
        connecting.set()
        go.wait(60)

    publisher = Publisher(broker.amqp_url, "stopped early", prepare=prepare)
    publisher.start()
    assert connecting.wait(60)
    stop = threading.Thread(target=publisher.stop)
    stop.start()
    wait_for(publisher._loop.stopping.is_set)
    go.set()
    stop.join()
    assert "publisher" not in {one.name for one in threads()}


def test_live_news_does_not_pile_up_while_the_broker_takes_none(broker, rabbit):
    event = new_event(EventKind.PROGRESS, envelope("a"), "n", "attempt", stage="s", done=0.5)
    publisher = Publisher(broker.amqp_url, "blocked")
    publisher.start()
    wait_for(lambda: publisher.connected)
    rabbit.ctl("set_vm_memory_high_watermark", "absolute", "1000")
    try:
        live_events.tell(publisher, event)
        wait_for(lambda: publisher._blocked)
        for _ in range(1000):
            live_events.tell(publisher, event)
        assert len(publisher._waiting) == 0
    finally:
        rabbit.ctl("set_vm_memory_high_watermark", "0.4")
        publisher.stop()


def test_what_a_stopping_node_hands_back_goes_to_another_at_once(nodes, send, monkeypatch):
    monkeypatch.setattr(lane_worker, "_DRAIN_MS", 120_000)  # after the drain everything is returned
    started, release, seen = threading.Barrier(6), threading.Event(), []
    quick = [f"quick{number}" for number in range(4)]

    def first_actor(task, command):
        started.wait(60)
        if command.filename == "slow":
            release.wait(120)
        while True:
            task.check()
            time.sleep(0.01)

    first = nodes.start(first_actor, name="first", threads=5)
    send(*map(envelope, ["slow", *quick]))
    started.wait(60)
    nodes.start(lambda task, command: seen.append(command.filename), name="second")
    stop = threading.Thread(target=nodes.stop, args=(first,))
    stop.start()
    wait_for(lambda: sorted(seen) == quick, seconds=60, what="the stopping node kept it")
    release.set()
    stop.join()
    wait_for(lambda: sorted(seen) == [*quick, "slow"])


def test_every_thread_of_a_node_says_what_it_is_for(nodes):
    before = {thread.ident for thread in threading.enumerate()}
    nodes.start(lambda task, command: None)
    started = {thread.name for thread in threading.enumerate() if thread.ident not in before}
    listed = {one.name: one.purpose for one in threads() if one.name in started}
    assert {"relay", "event shipper", "publisher", "control", "dependency monitor", "journal maintenance"} <= set(
        listed
    )
    assert [name for name, purpose in listed.items() if not purpose] == []
