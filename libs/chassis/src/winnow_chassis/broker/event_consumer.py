"""Consumes batches of task events for index, without actor or journal, and answers each with a watermark."""

import contextlib
import functools
import logging
from collections.abc import Callable
from typing import Any

import pika
from pika.exceptions import AMQPError

from winnow_chassis.background import BackgroundLoop
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


class EventConsumer:
    """Passes each batch to ``handle``, one at a time and in order; acks when it is stored.

    A Temporary error puts the batch back and waits until ``ready`` says that work makes sense again.
    """

    def __init__(
        self, amqp_url: str, handle: Callable[[EventBatch], Watermark], ready: Callable[[], bool] = lambda: True
    ) -> None:
        self._parameters = parameters(amqp_url, "index inbox")
        # Each wait ends with a look at the connection of the answers, which keeps that one's heartbeats up.
        self._wait_seconds = min(LONG_WAIT_SECONDS, self._parameters.heartbeat / 3)
        self._handle = handle
        self._ready = ready
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
            channel.basic_qos(prefetch_count=16)
            channel.basic_consume(queues.INDEX_EVENTS, functools.partial(self._received, answers))
            while not self._loop.stopping.is_set() and self._ready() and channel.consumer_tags:
                connection.process_data_events(time_limit=self._wait_seconds)
                answers.look()

    def _received(self, answers: WatermarkReplies, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        failpoint("inbox.received")
        try:
            batch = decode(EventBatch, body)
            watermark = self._handle(batch)
        except Temporary:
            raise
        except Exception:  # noqa: BLE001 - one journal's events must not keep those of all others from being stored
            # Not lost: the journal keeps them, hears no watermark, asks for it and ships them again.
            _LOG.exception("A batch of events cannot be read or stored.", extra={"beginning": repr(body[:120])})
            channel.basic_ack(method.delivery_tag)
            return
        failpoint("inbox.stored")
        if properties.reply_to:
            answers.send(properties.reply_to, batch, watermark)
        failpoint("inbox.answered")
        channel.basic_ack(method.delivery_tag)
