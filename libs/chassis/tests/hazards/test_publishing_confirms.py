"""P24: a confirm that never comes, a broker that blocks, a message without a queue: nothing hangs or piles up."""

import threading
import time

import pytest

from winnow_chassis.broker import publisher as publishing
from winnow_chassis.broker.answers import Answer
from winnow_chassis.broker.messages import Outbound, outbound
from winnow_chassis.broker.publisher import Publisher
from winnow_chassis.broker.topology import declare
from winnow_chassis.outbox.runtime import OutboxRuntime
from winnow_contracts import queues
from winnow_harness.fixtures.nodes import LANE, Sender, envelope, settings, wait_for


@pytest.fixture
def start():
    """A function that starts publishers; each counts its connections in ``ready``."""
    started = []

    def one(amqp_url, **options):
        ready = []
        made = Publisher(amqp_url, "confirms", on_ready=lambda: ready.append(1), **options)
        made.start()
        started.append(made)
        wait_for(lambda: made.connected)
        return made, ready

    yield one
    for made in started:
        made.stop()


@pytest.fixture
def alarm(rabbit):
    """Raises the memory alarm, which blocks publishers; call ``rabbit.ctl`` with 0.4 to clear it."""
    yield lambda: rabbit.ctl("set_vm_memory_high_watermark", "absolute", "1000")
    rabbit.ctl("set_vm_memory_high_watermark", "0.4")


def test_a_confirm_that_never_comes_is_told_as_unknown_and_the_connection_is_made_anew(broker, proxy, through, start):
    publisher, ready = start(through, confirm_seconds=1)
    told, began = [], time.monotonic()
    proxy.swallowing = True
    for number in range(3):
        publisher.publish(outbound(envelope(f"unknown{number}")), told.append)
    wait_for(lambda: told == [Answer.UNKNOWN] * 3)
    assert time.monotonic() - began >= 1
    proxy.swallowing = False
    wait_for(lambda: len(ready) == 2)
    publisher._confirm_seconds = 30  # from here on confirms count, however late
    publisher.publish(outbound(envelope("known")), told.append)
    wait_for(lambda: told[3:] == [Answer.HELD])


def test_a_row_whose_confirm_never_came_stays_in_the_outbox_and_is_published_again(broker, proxy, through, tmp_path):
    node = OutboxRuntime(settings(through, tmp_path, "gateway"), exclusive=False)
    node.publisher._confirm_seconds = 1
    node.start()
    wait_for(lambda: node.publisher.connected)
    proxy.swallowing = True
    confirmed = Sender(node)(envelope("once more"))
    wait_for(lambda: not node.publisher.connected)
    assert len(node.journal.unconfirmed(10)) == 1
    node.publisher._confirm_seconds = 30  # from here on confirms count, however late
    proxy.swallowing = False
    assert confirmed.wait(120)
    # The broker has the first copy too. The second is marked as a possible duplicate.
    wait_for(lambda: broker.depth() == 2)
    node.stop()


def test_while_the_broker_blocks_no_deadline_runs_and_what_waits_is_bounded(broker, start, alarm, rabbit, monkeypatch):
    monkeypatch.setattr(publishing, "_MAX_WAITING", 100)
    publisher, ready = start(broker.amqp_url)
    alarm()
    told = []
    publisher.publish(outbound(envelope("first")), told.append)
    wait_for(lambda: publisher._blocked)
    for number in range(300):
        publisher.publish(outbound(envelope(f"more{number}")), told.append)
    assert told == [Answer.UNKNOWN] * 200
    publisher._confirm_seconds = 1
    time.sleep(3)
    assert len(ready) == 1, "the connection was given up although the broker had said that it blocks"
    publisher._confirm_seconds = 30  # from here on confirms count, however late
    rabbit.ctl("set_vm_memory_high_watermark", "0.4")
    wait_for(lambda: told[200:] == [Answer.HELD] * 101)
    assert len(ready) == 1
    wait_for(lambda: broker.depth() == 101)


def test_a_publisher_stops_in_time_while_the_broker_blocks(broker, start, alarm):
    publisher, _ = start(broker.amqp_url)
    alarm()
    told = []
    publisher.publish(outbound(envelope("stuck")), told.append)
    wait_for(lambda: publisher._blocked)
    publisher.stop()  # waits at most ten seconds for its thread
    assert told == [Answer.UNKNOWN]
    assert not publisher._loop._thread.is_alive()


def test_a_new_node_stops_in_time_while_the_broker_blocks_its_sentinel(broker, rabbit, alarm, tmp_path, monkeypatch):
    monkeypatch.setattr(publishing, "_BLOCKED_SECONDS", 1)
    alarm()
    node = OutboxRuntime(settings(broker.amqp_url, tmp_path, "new"), exclusive=False)
    node.start()
    time.sleep(3)
    assert not node.publisher.connected
    began = time.monotonic()
    node.stop()
    assert time.monotonic() - began < 20
    assert not node.publisher._loop._thread.is_alive(), "it was not in time for those who wait ten seconds"


def test_a_message_that_never_has_a_queue_causes_no_storm_of_connections(broker):
    ready, told, sound, began = [], [], [], time.monotonic()

    def again():
        ready.append(1)
        publisher.publish(Outbound(exchange="", routing_key="no.such.queue", body=b"{}"), told.append)

    publisher = Publisher(broker.amqp_url, "storm", on_ready=again)
    publisher.start()
    wait_for(lambda: len(ready) >= 2)
    time.sleep(10)
    assert len(ready) <= time.monotonic() - began + 2
    publisher.publish(outbound(envelope("sound")), sound.append)
    publisher.stop()
    assert set(told) <= {Answer.REFUSED, Answer.UNKNOWN}
    assert Answer.REFUSED in told, "a returned message is not with the broker"
    assert len(sound) == 1


def test_a_bug_behind_a_confirm_neither_ends_the_publisher_nor_keeps_the_others_from_being_told(broker, start):
    publisher, ready = start(broker.amqp_url)
    told = []

    def fail(answer):
        raise KeyError("a bug")

    publisher.publish(outbound(envelope("first")), fail)
    publisher.publish(outbound(envelope("second")), told.append)
    wait_for(lambda: told == [Answer.HELD])
    assert len(ready) == 1


def test_connections_that_break_again_and_again_leave_every_message_told_exactly_once(broker, proxy, through, start):
    publisher, _ = start(through)
    told, stop = [], threading.Event()

    def send():
        number = 0
        while not stop.is_set():
            told.append([])
            publisher.publish(outbound(envelope(f"s{number}")), told[-1].append)
            number += 1
            time.sleep(0.0005)

    sender = threading.Thread(target=send)
    sender.start()
    for _ in range(8):
        time.sleep(0.7)
        proxy.cut()
    stop.set()
    sender.join()
    wait_for(lambda: all(told), what="a message was never told of")
    time.sleep(0.5)
    assert [len(one) for one in told] == [1] * len(told)
    wait_for(lambda: broker.depth(LANE) >= sum(one == [Answer.HELD] for one in told))


def test_a_queue_keeps_a_message_however_often_it_is_handed_back(broker, start):
    """RabbitMQ 4 by default drops a message after 20 requeues, which would lose the other tasks of a crashing node."""
    publisher, _ = start(broker.amqp_url)
    told = []
    publisher.publish(outbound(envelope("innocent")), told.append)
    wait_for(lambda: told == [Answer.HELD])
    handed_back = 0
    with broker.channel() as channel:
        for method, _properties, _body in channel.consume(LANE, inactivity_timeout=30):
            assert method is not None, f"it was dropped after {handed_back} times"
            channel.basic_nack(method.delivery_tag, requeue=True)
            handed_back += 1
            if handed_back == 60:
                break
        channel.cancel()
    wait_for(lambda: broker.depth() == 1)


def test_a_queue_of_an_older_winnow_without_a_delivery_limit_is_taken_as_it_is(broker, caplog):
    with broker.channel() as channel:
        channel.queue_delete(queues.AI_BULK)
        older = {"x-queue-type": "quorum", "x-max-length": 100_000, "x-overflow": "reject-publish"}
        channel.queue_declare(queues.AI_BULK, durable=True, arguments=older)
    try:
        with broker.channel() as channel:
            declare(channel)
        assert [record.queue for record in caplog.records if "delivery limit" in record.message] == [queues.AI_BULK]
    finally:
        with broker.channel() as channel:
            channel.queue_delete(queues.AI_BULK)
            declare(channel)
