"""Reads how many messages and consumers each lane has now."""

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
    """The depth of every lane, by its name. Raises Unavailable.

    Each call opens a connection: it is for people, and for what asks once a minute.
    """
    try:
        with connected(parameters(amqp_url, f"{name} depths")) as connection:
            channel = connection.channel()
            found = {lane: channel.queue_declare(lane, passive=True).method for lane in queues.LANES}
    except (AMQPError, OSError) as error:
        raise Unavailable("The broker does not tell its counts.", dependency="broker") from error
    return {
        lane: LaneDepth(ready=counted.message_count, consumers=counted.consumer_count)
        for lane, counted in found.items()
    }
