"""Live events: progress over a fanout to all gateways, best effort. Nothing depends on it."""

import logging
import threading
from collections.abc import Callable
from typing import Any

import pika
from pika.exceptions import AMQPError

from winnow_chassis.broker.messages import Outbound
from winnow_chassis.broker.publisher import Publisher
from winnow_chassis.broker.topology import parameters
from winnow_chassis.broker.waking import LONG_WAIT_SECONDS, wake
from winnow_contracts import queues
from winnow_contracts.events import TaskEvent
from winnow_journal.codec import decode, encode

_LOG = logging.getLogger(__name__)


def tell(publisher: Publisher, event: TaskEvent) -> None:
    """Tell everyone who listens, if the broker is there."""
    body = encode(event)
    publisher.publish(Outbound(exchange=queues.LIVE_EXCHANGE, routing_key="", body=body, durable=False))


class LiveListener:
    """Hears live events on a connection of its own and passes each to ``on_event``, in its thread."""

    def __init__(self, amqp_url: str, on_event: Callable[[TaskEvent], None], name: str = "live") -> None:
        self._parameters = parameters(amqp_url, f"{name} listener")
        self._on_event = on_event
        self._connection: pika.BlockingConnection | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="live", daemon=True)

    def start(self) -> None:
        """Listen, and again whenever the connection is lost."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        self._stop.set()
        wake(self._connection)
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen()
            except (AMQPError, OSError) as error:
                _LOG.debug("Live events are not heard.", extra={"error": repr(error)})
                self._stop.wait(1)

    def _listen(self) -> None:
        connection = self._connection = pika.BlockingConnection(self._parameters)
        try:
            channel = connection.channel()
            channel.exchange_declare(queues.LIVE_EXCHANGE, "fanout", durable=True)
            name = channel.queue_declare("", exclusive=True, auto_delete=True).method.queue
            channel.queue_bind(name, queues.LIVE_EXCHANGE)
            channel.basic_consume(name, self._heard, auto_ack=True)
            while not self._stop.is_set() and channel.consumer_tags:
                connection.process_data_events(time_limit=LONG_WAIT_SECONDS)
        finally:
            if connection.is_open:
                connection.close()

    def _heard(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        try:
            event = decode(TaskEvent, body)
        except (ValueError, TypeError) as error:
            _LOG.warning("A live event cannot be read.", extra={"error": repr(error)})
            return
        try:
            self._on_event(event)
        except Exception:  # noqa: BLE001 - one listener's bug must not end live news for as long as the process lives
            _LOG.exception("A live event could not be taken in.")
