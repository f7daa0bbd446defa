"""Declares everything Winnow needs of the broker: lanes, delay levels, inbox, live exchange. Safe to repeat.

That is a hundred and fifty questions, one after the other: seconds on a busy machine. So the last thing declared is a
mark that names what was declared, and who finds it standing asks nothing more.
"""

import hashlib
import logging
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pika
from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.exceptions import ChannelClosedByBroker

from winnow_chassis.broker import delays
from winnow_chassis.broker.connection import connected
from winnow_contracts import queues
from winnow_contracts.errors import Misconfigured
from winnow_contracts.heartbeats import SILENT_SECONDS

HEARTBEAT_SECONDS = 30
"""A dead peer is noticed after two of these; every connection is served by a thread that keeps them up (P14)."""

_LOG = logging.getLogger(__name__)
_UNLIMITED = 1_000_000_000
"""RabbitMQ 3.10 knows no sign for "no limit" and counts to this as well as 4.x; nothing is delivered that often."""

_WORK_QUEUE: dict[str, Any] = {
    "x-queue-type": "quorum",
    # The outbox holds what does not fit; a dropped head would be a lost job.
    "x-max-length": 100_000,
    "x-overflow": "reject-publish",
}
_DELIVERY_LIMIT = "x-delivery-limit"
_HEARTBEAT_QUEUE: dict[str, Any] = {
    "x-message-ttl": round(SILENT_SECONDS * 1000),
    "x-max-length": 10_000,
}
_DELAY_QUEUE: dict[str, Any] = {
    "x-queue-type": "quorum",
    "x-dead-letter-strategy": "at-least-once",
    "x-overflow": "reject-publish",
}


def ensure(connection: BlockingConnection) -> None:
    """Declare everything, unless somebody has and the broker has lost nothing since. Raises what ``declare`` raises.

    A single queue that somebody deleted is not noticed: its first message is returned, and then all is declared again.
    A binding that somebody removed is not either: each node declares everything once, some time after its start.
    """
    if not _stands(connection):
        declare(connection.channel())


def declare(channel: BlockingChannel) -> None:
    """Declare all queues and exchanges. Raises Misconfigured where one exists with other arguments (P15)."""
    try:
        for name in (*queues.LANES, queues.INDEX_EVENTS, queues.UNREADABLE):
            _declare_work_queue(channel, name)
        channel.queue_declare(queues.INDEX_HEARTBEATS, durable=True, arguments=_HEARTBEAT_QUEUE)
        for fanout in (queues.LIVE_EXCHANGE, queues.CONTROL_EXCHANGE):
            channel.exchange_declare(fanout, "fanout", durable=True)
        _declare_delays(channel)
        channel.exchange_declare(MARK, "fanout", durable=True)
    except ChannelClosedByBroker as error:
        if error.reply_code != 406:
            raise
        raise Misconfigured(
            f"the broker holds a queue or exchange with other arguments: {error.reply_text}",
            hint="Drain it and delete it, or point WINNOW_AMQP_URL at a virtual host of its own.",
        ) from error


def declare_anew(found: pika.URLParameters) -> None:
    """Declare everything, whatever seems to stand, over a connection of its own."""
    with connected(found) as connection:
        declare(connection.channel())


def _stands(connection: BlockingConnection) -> bool:
    channel = connection.channel()  # a refusal closes the channel
    try:
        channel.exchange_declare(MARK, passive=True)
        channel.close()
    except ChannelClosedByBroker as error:
        if error.reply_code != 404:
            raise
        return False
    return True


def _declare_work_queue(channel: BlockingChannel, name: str) -> None:
    """Declare with the delivery limit, or take a queue as it is that an older Winnow declared without one."""
    trial = channel.connection.channel()  # a refusal closes the channel
    try:
        trial.queue_declare(name, durable=True, arguments={**_WORK_QUEUE, _DELIVERY_LIMIT: _UNLIMITED})
        trial.close()
    except ChannelClosedByBroker as error:
        if error.reply_code != 406 or _DELIVERY_LIMIT not in error.reply_text:
            raise
        channel.queue_declare(name, durable=True, arguments=_WORK_QUEUE)
        _LOG.warning(
            "A queue has no delivery limit of its own; on RabbitMQ 4 it needs the policy of docs/rabbitmq4.md.",
            extra={"queue": name},
        )


def _declare_delays(channel: BlockingChannel) -> None:
    channel.exchange_declare(delays.OUT_EXCHANGE, "topic", durable=True)
    for lane in queues.LANES:
        due = delays.due_name(lane)
        # Whatever arrives is dead-lettered at once, and again until the lane has taken it.
        onward = {"x-message-ttl": 0, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": lane}
        channel.queue_declare(due, durable=True, arguments={**_DELAY_QUEUE, **onward})
        channel.queue_bind(due, delays.OUT_EXCHANGE, delays.due_pattern(lane))
        channel.queue_bind(lane, delays.OUT_EXCHANGE, delays.direct_pattern(lane))
    lower = delays.OUT_EXCHANGE
    for level in range(delays.LEVELS):
        name = delays.level_name(level)
        channel.exchange_declare(name, "topic", durable=True)
        arguments = {**_DELAY_QUEUE, "x-message-ttl": 1000 << level, "x-dead-letter-exchange": lower}
        channel.queue_declare(name, durable=True, arguments=arguments)
        channel.queue_bind(name, name, delays.pattern(level, 1))
        channel.exchange_bind(lower, name, delays.pattern(level, 0))
        lower = name


def _digest() -> str:
    """Names all that ``declare`` declares; another set of queues, or of arguments, has another name."""
    names = (*queues.LANES, queues.INDEX_EVENTS, queues.UNREADABLE, queues.LIVE_EXCHANGE, queues.CONTROL_EXCHANGE)
    kinds = (sorted(_WORK_QUEUE.items()), sorted(_DELAY_QUEUE.items()), sorted(_HEARTBEAT_QUEUE.items()))
    facts = (names, queues.INDEX_HEARTBEATS, kinds, _UNLIMITED, delays.LEVELS, _FORM)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:12]


_FORM = 2
"""Raise it when the way of declaring changes otherwise: bindings, an exchange's kind."""
MARK = f"winnow.topology.{_digest()}"
"""The exchange that stands once everything else does."""


def parameters(amqp_url: str, name: str) -> pika.URLParameters:
    """Connection parameters; ``name`` is what the broker shows for the connection.

    ``?heartbeat=5`` in the URL asks for another heartbeat than ``HEARTBEAT_SECONDS``.
    """
    found = pika.URLParameters(amqp_url)
    if "heartbeat" not in parse_qs(urlsplit(amqp_url).query):
        found.heartbeat = HEARTBEAT_SECONDS
    found.socket_timeout = 5
    found.stack_timeout = 10
    found.client_properties = {"connection_name": name}
    return found
