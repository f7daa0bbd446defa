"""Publishes open commands: those that the broker lost, those of silent jobs, and those that index itself writes."""

import dataclasses
import logging
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.exceptions import AMQPError, NackError, UnroutableError

from winnow_base.background import BackgroundLoop
from winnow_chassis.broker.closed_lanes import ClosedLanes
from winnow_chassis.broker.connection import connected
from winnow_chassis.broker.messages import outbound
from winnow_chassis.broker.topology import ensure, parameters
from winnow_chassis.broker.waking import wake
from winnow_chassis.outbox.departed_sentinels import DepartedJournals, remove_sentinels
from winnow_chassis.outbox.sentinel import Flags, guard
from winnow_contracts.envelope import Envelope
from winnow_contracts.errors import WinnowError
from winnow_journal.values import Flag

_LOG = logging.getLogger(__name__)
_OWNER = "index"
_AT_ONCE = 200
_LOOK_SECONDS = 1.0
_DEPARTED_LOOK_SECONDS = 600.0


@dataclasses.dataclass(frozen=True, kw_only=True)
class OpenCommand:
    """A command to publish again. ``retry`` identifies the copy that was read."""

    task_id: str
    retry: int
    queue: str
    envelope: Envelope | None
    """None where another version wrote it, and this one cannot read it."""


class KeptCommands(Flags, Protocol):
    """What ``Republisher`` needs of the store of open commands."""

    def leading(self) -> AbstractContextManager[bool]:
        """The right to publish; False if another process has it."""

    def reopen(self) -> int:
        """Let every open command be published again; returns how many."""

    def due(self, limit: int, *, closed: Sequence[str]) -> Sequence[OpenCommand]:
        """Commands to publish now, but none of the queues ``closed``."""

    def sent(self, commands: Sequence[OpenCommand]) -> None:
        """Note that the broker holds these."""

    def postpone(self, commands: Sequence[OpenCommand]) -> None:
        """Leave these alone for an hour."""


class Republisher:
    """A background part of an index worker. Of all workers one publishes at a time.

    Each command is published as a possible duplicate: whoever gets it asks what became of its task before it runs.
    It also removes what departed journals left in the broker.
    """

    def __init__(self, amqp_url: str, kept: KeptCommands, departed: DepartedJournals, *, node: str) -> None:
        self._parameters = parameters(amqp_url, f"{node} republisher")
        self._kept = kept
        self._departed = departed
        self._departed_due = 0.0
        self._connection: BlockingConnection | None = None
        self._lanes = ClosedLanes()
        self._loop = BackgroundLoop(
            "republisher",
            "publishes open commands again that the broker lost",
            self._turn,
            every_seconds=10.0,
            interrupt=lambda: wake(self._connection),
        )

    def start(self) -> None:
        """Publish what is due, now and whenever something becomes due."""
        self._loop.start()

    def stop(self) -> None:
        """Stop after the present command."""
        self._loop.stop()

    def _turn(self) -> None:
        try:
            with self._kept.leading() as leads:
                if leads:
                    self._lead()
        except (WinnowError, AMQPError, OSError) as error:
            _LOG.warning("Open commands cannot be published now.", extra={"error": str(error) or repr(error)})

    def _lead(self) -> None:
        with connected(self._parameters) as connection:
            self._connection = connection
            ensure(connection)
            if not self._kept.flag(Flag.SENTINEL):
                # Nobody watched the broker so far: what was kept before may have been lost since.
                self._kept.reopen()
            guard(self._kept, _OWNER, connection.channel(), self._kept.reopen)
            channel = connection.channel()
            channel.confirm_delivery()
            while not self._loop.stopping.is_set():
                if time.monotonic() >= self._departed_due:
                    self._departed_due = time.monotonic() + _DEPARTED_LOOK_SECONDS
                    remove_sentinels(self._departed, self._parameters)
                if not self._publish(channel):
                    connection.process_data_events(time_limit=_LOOK_SECONDS)

    def _publish(self, channel: BlockingChannel) -> int:
        """Publish what is due; returns how many."""
        commands = self._kept.due(_AT_ONCE, closed=list(self._lanes.now()))
        if unreadable := [command for command in commands if command.envelope is None]:
            _LOG.error("Open commands cannot be read.", extra={"task_ids": [one.task_id for one in unreadable]})
            self._kept.postpone(unreadable)
        sent = [command for command in commands if command.envelope is not None and self._put(channel, command)]
        if sent:
            self._kept.sent(sent)
            _LOG.info("Open commands were published.", extra={"commands": len(sent)})
        return len(sent)

    def _put(self, channel: BlockingChannel, command: OpenCommand) -> bool:
        if command.envelope is None or self._lanes.left_seconds(command.queue) or self._loop.stopping.is_set():
            return False
        message = outbound(dataclasses.replace(command.envelope, possible_duplicate=True))
        try:
            channel.basic_publish(
                message.exchange, message.routing_key, message.body, message.properties(""), mandatory=True
            )
        except (NackError, UnroutableError) as error:
            _LOG.warning("A lane takes no messages now.", extra={"queue": command.queue, "error": repr(error)})
            self._lanes.refused(command.queue)
            return False
        self._lanes.held(command.queue)
        return True
