"""P2, P6, P13, P14, P24: nothing is lost or hangs on the way to the broker."""

import threading
import time

import pytest

from winnow_chassis.broker import topology
from winnow_chassis.broker.answers import Answer
from winnow_chassis.broker.messages import outbound
from winnow_chassis.broker.publisher import Publisher
from winnow_chassis.outbox.runtime import OutboxRuntime
from winnow_contracts.errors import Temporary
from winnow_harness.fixtures.nodes import LANE, Sender, envelope, settings, wait_for


@pytest.fixture
def cleared(rabbit):
    yield lambda: rabbit.ctl("set_vm_memory_high_watermark", "0.4")
    rabbit.ctl("set_vm_memory_high_watermark", "0.4")


def block(rabbit):
    """Raises the broker's memory alarm, and returns once it blocks publishers: it looks at its memory now and then."""
    rabbit.ctl("set_vm_memory_high_watermark", "absolute", "1000")
    wait_for(lambda: "memory" in rabbit.ctl("eval", "rabbit_alarm:get_alarms()."), what="the alarm did not come")


def test_p2_a_retry_that_can_not_be_published_is_kept_and_runs_when_the_broker_takes_messages(
    rabbit, nodes, send, cleared
):
    ran, fail = [], threading.Event()

    def actor(task, command):
        ran.append(task.envelope.retry)
        if task.envelope.retry == 0:
            fail.wait(240)
            raise Temporary("not now")

    node = nodes.start(actor)
    send(envelope("flaky"))
    wait_for(lambda: ran == [0])
    block(rabbit)
    fail.set()
    wait_for(lambda: len(node.outbox.journal.unconfirmed(10)) == 1, what="the retry copy is not in the outbox")
    time.sleep(1)
    assert len(node.outbox.journal.unconfirmed(10)) == 1
    cleared()
    wait_for(lambda: ran == [0, 1])
    wait_for(lambda: node.outbox.journal.unconfirmed(10) == [])


def test_p24_a_blocked_broker_blocks_no_caller_and_the_message_arrives_afterwards(broker, rabbit, send, cleared):
    block(rabbit)
    began = time.monotonic()
    confirmed = send(envelope("one"))
    assert time.monotonic() - began < 10
    assert not confirmed.wait(1)
    cleared()
    assert confirmed.wait(120)
    wait_for(lambda: broker.depth() == 1)


def test_p6_a_message_for_a_missing_queue_is_not_taken_for_published(broker, nodes, send):
    ran = []
    with broker.channel() as channel:
        channel.queue_delete(LANE)
    confirmed = send(envelope("lost?"))
    assert confirmed.wait(120), "the queue was not declared again"
    nodes.start(lambda task, command: ran.append(command.filename))
    wait_for(lambda: ran == ["lost?"])


def test_p6_a_publish_without_connection_is_told_as_unknown_and_the_outbox_sends_it_later(
    broker, proxy, through, tmp_path
):
    node = OutboxRuntime(settings(through, tmp_path, "gateway"), exclusive=False)
    node.start()
    wait_for(lambda: node.publisher.connected)
    proxy.refusing = True
    proxy.cut()
    wait_for(lambda: not node.publisher.connected)
    told = []
    node.publisher.publish(outbound(envelope("x")), told.append)
    assert told == [Answer.UNKNOWN]
    confirmed = Sender(node)(envelope("later"))
    assert not confirmed.wait(1)
    proxy.refusing = False
    assert confirmed.wait(120)
    wait_for(lambda: broker.depth() == 1)
    node.stop()


def test_p13_many_threads_publish_over_one_connection(rabbit, broker):
    publisher = Publisher(broker.amqp_url, "p13")
    publisher.start()
    wait_for(lambda: publisher.connected)
    answers = []

    def work(number):
        publisher.publish(outbound(envelope(f"n{number}")), answers.append)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wait_for(lambda: answers == [Answer.HELD] * 40)
    names = rabbit.ctl("list_connections", "client_properties")
    assert names.count("p13 publisher") == 1
    publisher.stop()


def test_p14_an_idle_publisher_keeps_its_connection_by_heartbeats(broker, monkeypatch):
    monkeypatch.setattr(topology, "HEARTBEAT_SECONDS", 4)
    ready = []
    publisher = Publisher(broker.amqp_url, "p14", on_ready=lambda: ready.append(1))
    publisher.start()
    wait_for(lambda: publisher.connected)
    time.sleep(13)  # the broker closes a silent connection after two heartbeats
    answers = []
    publisher.publish(outbound(envelope("after a rest")), answers.append)
    wait_for(lambda: answers == [Answer.HELD])
    assert len(ready) == 1, "it had to connect again"
    publisher.stop()
