"""Asks a broker which queues it has."""

from collections.abc import Iterable

from pika.exceptions import AMQPError, ChannelClosedByBroker

from winnow_chassis.broker.connection import connected
from winnow_chassis.broker.topology import parameters
from winnow_contracts.errors import Unavailable


def declared_queues(amqp_url: str, names: Iterable[str]) -> list[str]:
    """Those of the names that are queues of the broker. Raises Unavailable if it is down."""
    wanted = parameters(amqp_url, "winnow backup")
    wanted.connection_attempts = 1
    found = []
    try:
        with connected(wanted) as connection:
            for name in names:
                channel = connection.channel()
                try:
                    channel.queue_declare(name, passive=True)
                except ChannelClosedByBroker as error:
                    if error.reply_code != 404:
                        raise
                else:
                    channel.close()
                    found.append(name)
    except (AMQPError, OSError) as error:
        raise Unavailable("The broker does not answer.", dependency="broker") from error
    return found
