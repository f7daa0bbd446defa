"""Consumes batches of task events for index, without actor or journal, and answers each with a watermark."""

import contextlib
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pika
from pika.exceptions import AMQPError

from winnow_base.background import BackgroundLoop
from winnow_chassis.broker.connection import connected
from winnow_chassis.broker.topology import ensure, parameters
from winnow_chassis.broker.waking import LONG_WAIT_SECONDS, wake
from winnow_chassis.broker.watermark_replies import WatermarkReplies
from winnow_contracts import queues
from winnow_contracts.errors import Temporary, WinnowError
from winnow_contracts.events import EventBatch, Watermark
from winnow_contracts.failpoints import failpoint
from winnow_journal.codec import decode

_LOG = logging.getLogger(__name__)
_PREFETCH = 16
_EVENTS_TOGETHER = 1_000
"""How many events are stored in one transaction, give or take a batch: it holds their jobs meanwhile."""
_BUSY_EVENTS, _GATHER_SECONDS = 32, 0.1
"""A batch of so many events waits so long for those of other journals, which tell of the same jobs."""


@dataclass(frozen=True, kw_only=True)
class _Delivered:
    batch: EventBatch
    reply_to: str | None


class EventConsumer:
    """Passes batches to ``handle`` in order, those together that came together; acks when they are stored.

    ``handle`` returns the watermark after each. A Temporary error puts the batches back and waits until ``ready`` says
    that work makes sense again.
    """

    def __init__(
        self,
        amqp_url: str,
        handle: Callable[[Sequence[EventBatch]], Sequence[Watermark]],
        ready: Callable[[], bool] = lambda: True,
    ) -> None:
        self._parameters = parameters(amqp_url, "index inbox")
        # Each wait ends with a look at the connection of the answers, which keeps that one's heartbeats up.
        self._wait_seconds = min(LONG_WAIT_SECONDS, self._parameters.heartbeat / 3)
        self._handle = handle
        self._ready = ready
        self._delivered: list[_Delivered] = []
        self._last_tag = 0
        self._connection: pika.BlockingConnection | None = None
        self._loop = BackgroundLoop(
            "event consumer", "stores batches of events", self._turn, interrupt=lambda: wake(self._connection)
        )

    def start(self) -> None:
        """Consume, and again whenever broker or database were away."""
        self._loop.start()

    def stop(self) -> None:
        """Stop consuming; what is not stored stays with the broker."""
        self._loop.stop(timeout_seconds=15)

    def _turn(self) -> float:
        if not self._ready():
            return 0.5
        try:
            self._consume()
        except WinnowError as error:
            _LOG.warning("Events cannot be stored now.", extra={"error": error.detail, "hint": error.hint})
        except (AMQPError, OSError) as error:
            _LOG.warning("The inbox lost the broker.", extra={"error": repr(error)})
        else:
            return 0.0
        return 1.0

    def _consume(self) -> None:
        with contextlib.ExitStack() as opened:
            # Its end puts back whatever was delivered and not acked.
            connection = self._connection = opened.enter_context(connected(self._parameters))
            answers = WatermarkReplies(self._parameters)
            opened.callback(answers.close)
            ensure(connection)
            channel = connection.channel()
            channel.basic_qos(prefetch_count=_PREFETCH)
            self._delivered, self._last_tag = [], 0
            channel.basic_consume(queues.INDEX_EVENTS, self._received)
            while not self._loop.stopping.is_set() and self._ready() and channel.consumer_tags:
                connection.process_data_events(time_limit=self._wait_seconds)
                if self._last_tag:
                    self._gather(connection)
                    self._store_all(channel, answers)
                answers.look()

    def _received(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        failpoint("inbox.received")
        self._last_tag = method.delivery_tag
        try:
            batch = decode(EventBatch, body)
        except Exception:  # noqa: BLE001 - one journal's events must not keep those of all others from being stored
            _LOG.exception("A batch of events cannot be read.", extra={"beginning": repr(body[:120])})
            return
        self._delivered.append(_Delivered(batch=batch, reply_to=properties.reply_to))

    def _gather(self, connection: pika.BlockingConnection) -> None:
        """Wait for the batches of other journals, where much happens."""
        until = time.monotonic() + _GATHER_SECONDS
        while _BUSY_EVENTS <= _count(self._delivered) < _EVENTS_TOGETHER and not self._loop.stopping.is_set():
            left_seconds = until - time.monotonic()
            if left_seconds <= 0 or len(self._delivered) >= _PREFETCH:
                return
            connection.process_data_events(time_limit=left_seconds)

    def _store_all(self, channel: Any, answers: WatermarkReplies) -> None:
        """Store and answer what was delivered, then ack it, with what could not be read or stored for good.

        That is not lost: its journal keeps it, hears no watermark, asks for it and ships it again.
        """
        delivered, self._delivered = self._delivered, []
        last_tag, self._last_tag = self._last_tag, 0
        for group in _groups(delivered):
            marks = self._stored(group)
            failpoint("inbox.stored")
            for one, watermark in marks:
                if one.reply_to:
                    answers.send(one.reply_to, one.batch, watermark)
        failpoint("inbox.answered")
        channel.basic_ack(last_tag, multiple=True)

    def _stored(self, group: Sequence[_Delivered]) -> list[tuple[_Delivered, Watermark]]:
        try:
            return list(zip(group, self._handle([one.batch for one in group]), strict=True))
        except Temporary:
            raise
        except Exception:  # noqa: BLE001 - one journal's events must not keep those of all others from being stored
            if len(group) > 1:
                return [found for one in group for found in self._stored([one])]
            about = {"node": group[0].batch.node, "journal_id": group[0].batch.journal_id}
            _LOG.exception("A batch of events cannot be stored.", extra=about)
            return []


def _groups(delivered: Sequence[_Delivered]) -> Iterator[list[_Delivered]]:
    """The batches in order, as many together as one transaction stores."""
    group: list[_Delivered] = []
    for one in delivered:
        group.append(one)
        if _count(group) >= _EVENTS_TOGETHER:
            yield group
            group = []
    if group:
        yield group


def _count(delivered: Sequence[_Delivered]) -> int:
    return sum(len(one.batch.events) for one in delivered)
