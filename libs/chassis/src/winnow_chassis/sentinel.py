"""A durable queue with one message per journal. When it is gone, the broker lost its data."""

import logging
from collections.abc import Callable, Mapping, Sequence

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker

from winnow_contracts import faults, queues
from winnow_contracts.errors import WinnowError
from winnow_journal.protocol import Journal

_LOG = logging.getLogger(__name__)
_ALL = 1_000_000
EndedJobs = Callable[[Sequence[str]], Mapping[str, int]]


def guard(journal: Journal, channel: BlockingChannel, ended_jobs: EndedJobs, lost: Callable[[], None]) -> None:
    """Look for the sentinel, on every connect. If it was made and is missing, open every kept command again.

    While it is there nothing is sent again on suspicion: the broker redelivers. ``lost`` is called after a loss.
    """
    name = queues.sentinel(journal.journal_id)
    if journal.flag("sentinel") and not _stands(channel.connection, name):
        faults.reach("sentinel.missing")
        again = journal.publish_again(_ended(journal, ended_jobs))
        _LOG.critical("The broker lost its data; kept commands are published again.", extra={"commands": again})
        faults.reach("sentinel.reopened")
        lost()
    # Made last: a crash before this line repeats what stands above, which the protocol makes harmless.
    _make(channel, name)
    if not journal.flag("sentinel"):
        journal.set_flag("sentinel", "made")


def _stands(connection: pika.BlockingConnection, name: str) -> bool:
    channel = connection.channel()
    try:
        found = channel.queue_declare(name, passive=True)
    except ChannelClosedByBroker as error:
        if error.reply_code == 404:
            return False
        raise
    if found.method.message_count:
        channel.close()
        return True
    # A queue whose leader does not answer tells of no messages; asked for one, it waits for the leader.
    frame, _, _ = channel.basic_get(name)
    channel.close()  # which gives the message back
    return frame is not None


def _make(channel: BlockingChannel, name: str) -> None:
    channel.confirm_delivery()
    found = channel.queue_declare(name, durable=True, arguments={"x-queue-type": "quorum"})
    if not found.method.message_count:
        channel.basic_publish("", name, b"{}", pika.BasicProperties(delivery_mode=2), mandatory=True)


def _ended(journal: Journal, ended_jobs: EndedJobs) -> Mapping[str, int]:
    """Jobs that index knows as ended; none where index does not answer, which only repeats more."""
    kept = journal.kept_jobs(_ALL)
    ended: dict[str, int] = {}
    try:
        for start in range(0, len(kept), 500):
            ended.update(ended_jobs(kept[start : start + 500]))
    except WinnowError as error:
        _LOG.warning("Index can not say which jobs have ended; all are published again.", extra={"error": str(error)})
    return ended
