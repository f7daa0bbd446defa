"""Reads how many messages and consumers queues have now."""

from collections.abc import Iterable
from dataclasses import dataclass

from pika.exceptions import AMQPError

from winnow_chassis.broker.connection import connected
from winnow_chassis.broker.topology import parameters
from winnow_contracts import queues
from winnow_contracts.errors import Unavailable


@dataclass(frozen=True, kw_only=True)
class LaneDepth:
    """A lane's depth: ``ready`` messages wait for a node, and ``consumers`` nodes consume the lane."""

    ready: int
    consumers: int


def lane_depths(amqp_url: str, name: str) -> dict[str, LaneDepth]:
    """The depth of every lane, by its name. Raises Unavailable. See ``queue_depths``."""
    return queue_depths(amqp_url, name, queues.LANES)


def queue_depths(amqp_url: str, name: str, wanted: Iterable[str]) -> dict[str, LaneDepth]:
    """The depth of each queue that is ``wanted``, by its name. Raises Unavailable.

    Each call opens a connection: it is for people, and for what asks once a minute.
    """
    try:
        with connected(parameters(amqp_url, f"{name} depths")) as connection:
            channel = connection.channel()
            found = {queue: channel.queue_declare(queue, passive=True).method for queue in wanted}
    except (AMQPError, OSError) as error:
        raise Unavailable("The broker does not tell its counts.", dependency="broker") from error
    return {
        queue: LaneDepth(ready=counted.message_count, consumers=counted.consumer_count)
        for queue, counted in found.items()
    }
