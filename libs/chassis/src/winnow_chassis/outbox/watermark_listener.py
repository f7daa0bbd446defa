"""Receives index's watermarks: up to which number it has stored a journal's events."""

import logging
from collections.abc import Callable

import pika
from pika.exceptions import AMQPError

from winnow_base.background import BackgroundLoop
from winnow_chassis.broker.connection import connected
from winnow_chassis.broker.topology import parameters
from winnow_chassis.broker.waking import LONG_WAIT_SECONDS, wake
from winnow_contracts import queues
from winnow_contracts.events import Watermark
from winnow_journal.codec import decode
from winnow_journal.values import JournalUnusable

_LOG = logging.getLogger(__name__)


class WatermarkListener:
    """Passes each watermark of a journal to ``heard``, while ``may_listen``: one process of a node does."""

    def __init__(
        self,
        amqp_url: str,
        node: str,
        journal_id: str,
        heard: Callable[[Watermark], None],
        *,
        may_listen: Callable[[], bool],
    ) -> None:
        self._parameters = parameters(amqp_url, f"{node} watermarks")
        self._queue = queues.applied(journal_id)
        self._heard = heard
        self._may_listen = may_listen
        self._connection: pika.BlockingConnection | None = None
        self._loop = BackgroundLoop(
            "watermark listener", "hears which events index has", self._turn, interrupt=lambda: wake(self._connection)
        )

    def start(self) -> None:
        """Listen from now on."""
        self._loop.start()

    def stop(self) -> None:
        """Stop listening. What is missed is asked for again."""
        self._loop.stop(timeout_seconds=5)

    def _turn(self) -> float:
        if not self._may_listen():
            return 1.0
        try:
            self._listen()
        except (AMQPError, OSError, JournalUnusable) as error:
            _LOG.debug("Watermarks are not received now.", extra={"error": repr(error)})
            return 0.5
        return 0.0

    def _listen(self) -> None:
        with connected(self._parameters) as connection:
            self._connection = connection
            channel = connection.channel()
            # A classic queue, deleted with its connection: the shipper asks again for a lost answer.
            channel.queue_declare(self._queue, durable=False, exclusive=True, auto_delete=True)
            channel.basic_consume(self._queue, lambda _c, _m, _p, body: self._take(body), auto_ack=True)
            while not self._loop.stopping.is_set() and channel.consumer_tags:
                connection.process_data_events(time_limit=LONG_WAIT_SECONDS)

    def _take(self, body: bytes) -> None:
        try:
            watermark = decode(Watermark, body)
        except (ValueError, TypeError) as error:
            _LOG.warning("An answer of index cannot be read.", extra={"error": repr(error)})
            return
        self._heard(watermark)
