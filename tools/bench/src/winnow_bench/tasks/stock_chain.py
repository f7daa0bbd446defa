"""Loaded by a stock Dramatiq worker: a chain of three empty actors, each in a queue of its own."""

import os
from typing import Any

import dramatiq
from dramatiq.brokers.rabbitmq import RabbitmqBroker

QUEUES = ("stock.first", "stock.second", "stock.third")
URL, ENDS = "STOCK_AMQP_URL", "STOCK_ENDS"
"""The environment of a worker: the broker, and a file that gets one byte for each chain that ended."""


def make_chain(amqp_url: str) -> tuple[RabbitmqBroker, dramatiq.Actor[Any, Any]]:
    """Returns the broker and the chain's first actor. Confirms are on: without them messages could be lost."""
    broker = RabbitmqBroker(url=amqp_url, confirm_delivery=True)

    def third() -> None:
        ends = os.open(os.environ[ENDS], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        os.write(ends, b".")
        os.close(ends)

    def second() -> None:
        last.send()

    def first() -> None:
        middle.send()

    last, middle, begin = (
        dramatiq.Actor(function, broker=broker, actor_name=queue, queue_name=queue, priority=0, options={})
        for function, queue in zip((third, second, first), reversed(QUEUES), strict=True)
    )
    return broker, begin


if URL in os.environ:
    # Dramatiq's own command imports this module and uses its broker and actors.
    dramatiq.set_broker(make_chain(os.environ[URL])[0])
