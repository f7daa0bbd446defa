"""What a lane's consumer tells the broker of the messages that are settled, without a broker."""

import pika
import pytest

from winnow_chassis.broker.consumer import LaneConsumer
from winnow_chassis.broker.messages import outbound
from winnow_contracts.commands import DrillMedia
from winnow_contracts.envelope import Envelope


class FakeChannel:
    is_open = True

    def __init__(self):
        self.sent = []

    def basic_qos(self, prefetch_count):
        pass

    def basic_ack(self, tag, multiple=False):
        self.sent.append(("all up to" if multiple else "ack", tag))

    def basic_nack(self, tag, requeue):
        self.sent.append(("requeue", tag))


class FakeConnection:
    def __init__(self, parameters):
        self.lane, self.woken = FakeChannel(), []

    def channel(self):
        return self.lane

    def add_callback_threadsafe(self, callback):
        self.woken.append(callback)


@pytest.fixture
def consumer(monkeypatch):
    monkeypatch.setattr(pika, "BlockingConnection", FakeConnection)
    made = LaneConsumer(None, "media", 8, 1000, lambda: True, None, [DrillMedia.ACTOR])
    for tag in range(1, 6):
        message = outbound(Envelope(command=DrillMedia(tenant_id="t", job_id=f"job_{tag}", media_id="m")))
        method = pika.spec.Basic.Deliver(delivery_tag=tag)
        made._on_message(None, method, message.properties("1"), message.body)
    return made


def told(consumer):
    """What the broker is told when the connection's thread wakes."""
    consumer._connection.woken.pop()()
    sent, consumer._connection.lane.sent = consumer._connection.lane.sent, []
    return sent


def test_acks_that_come_together_wake_the_connection_once_and_one_tells_of_all_the_oldest(consumer):
    for tag in (2, 4, 1):
        consumer.settle(tag, keep=False)
    assert len(consumer._connection.woken) == 1
    assert told(consumer) == [("all up to", 2), ("ack", 4)]


def test_no_ack_tells_of_a_message_that_is_not_settled_or_goes_back(consumer):
    consumer.settle(3, keep=False)
    assert told(consumer) == [("ack", 3)]
    consumer.settle(1, keep=True)
    consumer.settle(4, keep=False)
    assert sorted(told(consumer)) == [("ack", 4), ("requeue", 1)]
    consumer.settle(2, keep=False)
    assert told(consumer) == [("all up to", 2)]


def test_nothing_is_told_once_the_channel_is_gone(consumer):
    consumer.settle(1, keep=False)
    consumer._connection.lane.is_open = False
    assert told(consumer) == []
