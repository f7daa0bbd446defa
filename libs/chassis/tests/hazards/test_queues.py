"""P5, P15, P16: delays in the broker, fixed queue arguments, messages that no actor here can take."""

import threading
import time

import pytest

from winnow_chassis.broker import dead_letters, topology
from winnow_chassis.broker.answers import Answer
from winnow_chassis.broker.messages import outbound
from winnow_chassis.broker.publisher import Publisher
from winnow_chassis.broker.topology import declare
from winnow_contracts import queues
from winnow_contracts.errors import Misconfigured
from winnow_harness.fixtures.nodes import LANE, envelope, wait_for


@pytest.fixture
def publish(broker):
    publisher = Publisher(broker.amqp_url, "delays")
    publisher.start()
    wait_for(lambda: publisher.connected)

    def send(message):
        confirmed = threading.Event()
        publisher.publish(message, lambda answer: answer is Answer.HELD and confirmed.set())
        assert confirmed.wait(60)

    yield send
    publisher.stop()


def test_p5_a_short_delay_waits_behind_no_long_one(nodes, publish):
    ran = []
    nodes.start(lambda task, command: ran.append((command.filename, time.monotonic())))
    for number in range(20):
        publish(outbound(envelope(f"far{number}"), delay_ms=300_000))
    began = time.monotonic()
    publish(outbound(envelope("near"), delay_ms=1_000))
    wait_for(lambda: bool(ran), seconds=60, what="the short delay did not end before the long ones")
    assert ran[0][0] == "near"
    assert 0.9 <= ran[0][1] - began < 60


def test_p5_a_delay_needs_no_worker_and_survives_a_restart_of_the_broker(rabbit, broker, publish, nodes):
    publish(outbound(envelope("later"), delay_ms=3_000))
    rabbit.restart()
    wait_for(lambda: broker.depth() == 1)
    ran = []
    nodes.start(lambda task, command: ran.append(command.filename))
    wait_for(lambda: ran == ["later"])


def test_p15_a_queue_with_other_arguments_is_refused_by_name_with_a_hint(broker):
    with broker.channel() as channel:
        channel.queue_delete(queues.AI_BULK)
        channel.queue_declare(queues.AI_BULK, durable=True)
    try:
        with pytest.raises(Misconfigured, match=r"ai\.bulk") as refusal, broker.channel() as channel:
            declare(channel)
        assert "virtual host" in refusal.value.hint
    finally:
        with broker.channel() as channel:
            channel.queue_delete(queues.AI_BULK)
            declare(channel)


def test_p16_a_message_without_an_actor_here_is_parked_and_runs_once_a_node_has_one(broker, nodes, send, monkeypatch):
    monkeypatch.setattr(dead_letters, "PARK_MS", 1_000)
    old = nodes.start(None, name="old")
    ran = []
    send(envelope("from a newer sender"))
    wait_for(lambda: broker.depth("winnow.delay.0") == 1, what="the message was not parked")
    nodes.stop(old)
    nodes.start(lambda task, command: ran.append(command.filename), name="new")
    wait_for(lambda: ran == ["from a newer sender"])


def test_p16_a_body_nobody_can_read_is_set_aside_and_the_lane_goes_on(broker, nodes, send):
    ran = []
    nodes.start(lambda task, command: ran.append(command.filename))
    with broker.channel() as channel:
        channel.basic_publish("", LANE, b"\xff not json")
    send(envelope("next"))
    wait_for(lambda: ran == ["next"])
    wait_for(lambda: broker.depth(queues.UNREADABLE) == 1)


def test_what_stands_is_not_declared_again_and_what_is_lost_is(broker, monkeypatch):
    declared = []

    def counting(channel):
        declared.append(1)
        declare(channel)

    monkeypatch.setattr(topology, "declare", counting)
    with broker.channel() as channel:
        topology.ensure(channel.connection)
        channel.exchange_delete(topology.MARK)
        declared.clear()
        topology.ensure(channel.connection)
        assert declared == [1]
        topology.ensure(channel.connection)
        assert declared == [1]
