"""Removes the sentinels of journals that are gone: nothing else does, and each is a queue in the broker."""

import logging
from collections.abc import Sequence
from typing import Protocol

import pika
from pika.exceptions import ChannelClosedByBroker, ConnectionClosedByBroker

from winnow_chassis.broker.connection import connected
from winnow_contracts import queues

_LOG = logging.getLogger(__name__)
_NO_LEADER = 541
"""AMQP's "internal error", with which RabbitMQ answers that it cannot remove a quorum queue."""
_NUMBERS = range(1, 9)
"""A journal takes another number where a sentinel does not answer, which was seen once. It alone knows which."""


class DepartedJournals(Protocol):
    """What ``remove_sentinels`` needs of index."""

    def departed(self) -> Sequence[str]:
        """Some journals that are gone, and whose sentinels were not removed since."""

    def sentinels_removed(self, journal_id: str) -> None:
        """Note that they were."""


def remove_sentinels(journals: DepartedJournals, parameters: pika.URLParameters) -> int:
    """Remove the sentinels of some journals that are gone; returns of how many.

    A journal that comes back after all finds its sentinel missing, and publishes again what it keeps: as after a loss
    of the broker, so nothing is lost. Raises AMQPError and OSError where the broker cannot be reached.
    """
    gone = journals.departed()
    for journal_id in gone:
        try:
            # A connection of its own: the broker ends it where a queue has no leader any more.
            with connected(parameters) as connection:
                channel = connection.channel()
                for number in _NUMBERS:
                    channel.queue_delete(queues.sentinel(journal_id, number))
        except (ChannelClosedByBroker, ConnectionClosedByBroker) as error:
            if isinstance(error, ConnectionClosedByBroker) and error.reply_code != _NO_LEADER:
                raise
            _LOG.warning("A sentinel stays.", extra={"journal_id": journal_id, "error": str(error)})
        journals.sentinels_removed(journal_id)
    if gone:
        _LOG.info("Sentinels of journals that are gone were removed.", extra={"journal_ids": list(gone)})
    return len(gone)
