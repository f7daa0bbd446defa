"""Looks at the broker's queues without touching a message."""

from collections.abc import Iterable

import pika
from pika.exceptions import AMQPError, ChannelClosedByBroker

from winnow_chassis.broker.topology import parameters
from winnow_cli.locate.machine import QueueState
from winnow_contracts.errors import Unavailable


def queue_states(amqp_url: str, names: Iterable[str]) -> dict[str, QueueState | None]:
    """The state of each queue, None where there is no such queue. Raises Unavailable where the broker is away."""
    wanted = parameters(amqp_url, "winnow command")
    wanted.connection_attempts = 1
    try:
        connection = pika.BlockingConnection(wanted)
        try:
            return {name: _state(connection, name) for name in names}
        finally:
            connection.close()
    except (AMQPError, OSError) as error:
        raise Unavailable("The broker does not answer.", dependency="broker") from error


def remove(amqp_url: str, name: str) -> None:
    """Delete a queue; fine where there is none. Raises Unavailable where the broker is away."""
    try:
        connection = pika.BlockingConnection(parameters(amqp_url, "winnow command"))
        try:
            connection.channel().queue_delete(name)
        finally:
            connection.close()
    except (AMQPError, OSError) as error:
        raise Unavailable("The broker does not answer.", dependency="broker") from error


def _state(connection: pika.BlockingConnection, name: str) -> QueueState | None:
    channel = connection.channel()
    try:
        found = channel.queue_declare(name, passive=True).method
    except ChannelClosedByBroker as error:
        if error.reply_code == 404:
            return None
        raise
    channel.close()
    return QueueState(ready=found.message_count, consumers=found.consumer_count)
