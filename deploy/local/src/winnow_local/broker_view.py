"""Reads the state of the broker's queues without touching a message."""

from collections.abc import Iterable

import pika
from pika.exceptions import AMQPError, ChannelClosedByBroker

from winnow_chassis.broker.connection import connected
from winnow_chassis.broker.topology import parameters
from winnow_cli.locate.machine import QueueState
from winnow_contracts.errors import Unavailable


def queue_states(amqp_url: str, names: Iterable[str]) -> dict[str, QueueState | None]:
    """Returns the state of each queue, None for a missing queue. Raises Unavailable if the broker is down."""
    wanted = parameters(amqp_url, "winnow command")
    wanted.connection_attempts = 1
    try:
        with connected(wanted) as connection:
            return {name: _state(connection, name) for name in names}
    except (AMQPError, OSError) as error:
        raise Unavailable("The broker does not answer.", dependency="broker") from error


def remove(amqp_url: str, name: str) -> None:
    """Deletes a queue, if it exists. Raises Unavailable if the broker is down."""
    try:
        with connected(parameters(amqp_url, "winnow command")) as connection:
            connection.channel().queue_delete(name)
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
