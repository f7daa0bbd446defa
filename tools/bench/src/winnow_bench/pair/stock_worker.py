"""Loaded by a stock Dramatiq worker: empty actors in three queues, each of which may send to the next one."""

import os
from pathlib import Path
from typing import Any

import dramatiq
from dramatiq.brokers.rabbitmq import RabbitmqBroker

from winnow_bench.pair.marks import Marker

QUEUES = ("stock.first", "stock.second", "stock.third")
URL, MARKS = "STOCK_AMQP_URL", "STOCK_MARKS"
"""The environment of a worker: the broker, and the file of its marks."""


def make_broker(amqp_url: str) -> RabbitmqBroker:
    """Returns the broker as its guide sets it up, with confirms: without them messages could be lost."""
    return RabbitmqBroker(url=amqp_url, confirm_delivery=True)


def make_actors(broker: RabbitmqBroker, marks: Path | None = None) -> list[dramatiq.Actor[Any, Any]]:
    """Returns the actor of each queue. A sender needs no ``marks``.

    An actor takes a name and how many tasks are to follow; the one that none follows marks the name.
    """
    marker = Marker(marks) if marks else None
    actors: list[dramatiq.Actor[Any, Any]] = []

    def work(place: int, name: str, follow: int) -> None:
        if follow:
            actors[place + 1].send(name, follow - 1)
        elif marker:
            marker.note(name)

    for place, queue in enumerate(QUEUES):

        def actor(name: str, follow: int, place: int = place) -> None:
            work(place, name, follow)

        actors.append(dramatiq.Actor(actor, broker=broker, actor_name=queue, queue_name=queue, priority=0, options={}))
    return actors


if URL in os.environ:
    # Dramatiq's own command imports this module and uses its broker and actors.
    dramatiq.set_broker(_broker := make_broker(os.environ[URL]))
    make_actors(_broker, Path(os.environ[MARKS]))
