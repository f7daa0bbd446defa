import threading

from winnow_chassis.broker.connection import connected
from winnow_chassis.broker.fanout import FanoutListener
from winnow_chassis.broker.topology import parameters
from winnow_harness.fixtures.nodes import wait_for

EXCHANGE = "test.fanout"


def test_a_message_that_its_listener_cannot_take_costs_neither_the_connection_nor_a_later_message(amqp_url):
    heard, connections, listens = [], [], threading.Event()

    def take(body):
        if body == b"bad":
            raise RuntimeError("a bug of the listener")
        heard.append(body)

    def note_connection():
        connections.append(1)
        listens.set()

    listener = FanoutListener(amqp_url, EXCHANGE, take, node="test", name="test", on_connected=note_connection)
    listener.start()
    try:
        assert listens.wait(30)
        with connected(parameters(amqp_url, "test")) as connection:
            channel = connection.channel()
            for body in (b"bad", b"good"):
                channel.basic_publish(EXCHANGE, "", body)
            wait_for(lambda: heard == [b"good"], what="the later message was not heard")
            channel.exchange_delete(EXCHANGE)
    finally:
        listener.stop()
    assert connections == [1]
