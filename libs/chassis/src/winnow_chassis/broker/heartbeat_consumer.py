"""Consumes the nodes' heartbeats for index. What is not taken in time is lost: the next one follows."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

import pika
from pika.exceptions import AMQPError

from winnow_base.background import BackgroundLoop
from winnow_chassis.broker.connection import connected
from winnow_chassis.broker.topology import ensure, parameters
from winnow_chassis.broker.waking import LONG_WAIT_SECONDS, wake
from winnow_contracts import queues
from winnow_contracts.errors import WinnowError
from winnow_contracts.heartbeats import Heartbeat
from winnow_journal.codec import decode

_LOG = logging.getLogger(__name__)


class HeartbeatConsumer:
    """Passes heartbeats to ``handle`` in order, those together that came together, while ``ready``."""

    def __init__(
        self,
        amqp_url: str,
        handle: Callable[[Sequence[Heartbeat]], None],
        ready: Callable[[], bool] = lambda: True,
    ) -> None:
        self._parameters = parameters(amqp_url, "index heartbeats")
        self._handle = handle
        self._ready = ready
        self._heard: list[Heartbeat] = []
        self._connection: pika.BlockingConnection | None = None
        self._loop = BackgroundLoop(
            "heartbeat consumer", "stores which nodes live", self._turn, interrupt=lambda: wake(self._connection)
        )

    def start(self) -> None:
        """Consume, and again whenever broker or database were away."""
        self._loop.start()

    def stop(self) -> None:
        """Stop consuming."""
        self._loop.stop(timeout_seconds=15)

    def _turn(self) -> float:
        if not self._ready():
            return 0.5
        try:
            self._consume()
        except WinnowError as error:
            _LOG.warning("Heartbeats cannot be stored now.", extra={"error": error.detail})
        except (AMQPError, OSError) as error:
            _LOG.warning("The heartbeats' consumer lost the broker.", extra={"error": repr(error)})
        else:
            return 0.0
        return 1.0

    def _consume(self) -> None:
        with connected(self._parameters) as connection:
            self._connection = connection
            ensure(connection)
            channel = connection.channel()
            self._heard = []
            channel.basic_consume(queues.INDEX_HEARTBEATS, self._received, auto_ack=True)
            while not self._loop.stopping.is_set() and self._ready() and channel.consumer_tags:
                connection.process_data_events(time_limit=LONG_WAIT_SECONDS)
                heard, self._heard = self._heard, []
                if heard:
                    self._handle(heard)

    def _received(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        try:
            self._heard.append(decode(Heartbeat, body))
        except (ValueError, TypeError) as error:
            _LOG.warning("A heartbeat cannot be read.", extra={"error": repr(error)})
