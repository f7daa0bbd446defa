"""The sentinel: each journal's own durable queue with one message. If it is gone, the broker lost its data."""

import logging
import time
from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Protocol

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker

from winnow_contracts import queues
from winnow_contracts.errors import WinnowError
from winnow_contracts.failpoints import failpoint
from winnow_journal.maintenance import EndedJobs, ended_of_kept
from winnow_journal.protocol import Journal
from winnow_journal.values import Flag

_LOG = logging.getLogger(__name__)
_ANSWER_SECONDS = 15.0
"""How long a queue may take to report its message. After a restart the broker needs some seconds to elect leaders."""
_BETWEEN_LOOKS_SECONDS = 0.25


class _State(Enum):
    STANDS = auto()
    MISSING = auto()
    SILENT = auto()
    """The queue exists but reports no message: it lost the message, or has no leader any more."""


class Flags(Protocol):
    """Remembers values between starts, by name."""

    def flag(self, name: str) -> str:
        """The value, or an empty string."""

    def set_flag(self, name: str, value: str) -> None:
        """Remember a value."""


def guard(flags: Flags, owner: str, channel: BlockingChannel, reopen: Callable[[], int]) -> None:
    """Check the sentinel of ``owner``, on every connect. If it was made and is missing, ``reopen`` what is kept.

    While it is there nothing is reopened: the broker redelivers. ``reopen`` returns how many commands are published
    again. A sentinel that exists and does not answer proves nothing, and is replaced by another: RabbitMQ can lose a
    quorum queue's leader for good when it is killed within seconds of the queue's declaration.
    """
    flag = flags.flag(Flag.SENTINEL)
    number = queues.sentinel_number(flag)
    state = _look(channel.connection, queues.sentinel(owner, number)) if flag else _State.STANDS
    if state is not _State.STANDS:
        failpoint("sentinel.missing")
        again = reopen()
        extra = {"commands": again, "sentinel": state.name.lower()}
        lost_how = "lost its data" if state is _State.MISSING else "does not answer for its data"
        _LOG.critical(f"The broker {lost_how}; kept commands are published again.", extra=extra)
        failpoint("sentinel.reopened")
        number += state is _State.SILENT
    # Make the sentinel last. A crash before this line repeats the steps above, which the protocol makes harmless.
    while not _make(channel, queues.sentinel(owner, number)):
        number += 1
    if flag != str(number):
        flags.set_flag(Flag.SENTINEL, str(number))


def stands(flags: Flags, owner: str, connection: pika.BlockingConnection) -> bool:
    """Whether the sentinel of ``owner`` is there and answers: the broker has what it had when the sentinel was made."""
    flag = flags.flag(Flag.SENTINEL)
    return bool(flag) and _look(connection, queues.sentinel(owner, queues.sentinel_number(flag))) is _State.STANDS


def reopen_kept(journal: Journal, ended_jobs: EndedJobs) -> int:
    """Let every command that the journal keeps be published again, but of jobs that index knows to have ended.

    Returns how many.
    """
    return journal.reopen_all(_ended(journal, ended_jobs))


def _look(connection: pika.BlockingConnection, name: str) -> _State:
    """The state of the sentinel queue. This asks for its message count; fetching the message could take a minute."""
    until = time.monotonic() + _ANSWER_SECONDS
    channel = connection.channel()
    try:
        while not channel.queue_declare(name, passive=True).method.message_count:
            if time.monotonic() > until:
                channel.close()
                return _State.SILENT
            connection.sleep(_BETWEEN_LOOKS_SECONDS)
    except ChannelClosedByBroker as error:
        if error.reply_code == 404:
            return _State.MISSING
        raise
    channel.close()
    return _State.STANDS


def _make(channel: BlockingChannel, name: str) -> bool:
    """Declare the queue and publish its message. Returns False if the queue does not report the message in time.

    This does not wait for a confirm, because a queue without a leader never sends one.
    """
    found = channel.queue_declare(name, durable=True, arguments={"x-queue-type": "quorum"})
    if found.method.message_count:
        return True
    channel.basic_publish("", name, b"{}", pika.BasicProperties(delivery_mode=2))
    return _look(channel.connection, name) is _State.STANDS


def _ended(journal: Journal, ended_jobs: EndedJobs) -> Mapping[str, int]:
    """Jobs that index knows to have ended, with their run.

    None if index does not answer; then more commands are repeated.
    """
    ended: dict[str, int] = {}
    try:
        for _, some in ended_of_kept(journal, ended_jobs):
            ended.update(some)
    except WinnowError as error:
        _LOG.warning("Index cannot say which jobs have ended; all are published again.", extra={"error": str(error)})
    return ended
