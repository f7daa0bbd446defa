"""Live events: progress over a fanout to all gateways, best effort. Nothing depends on them."""

import logging
from collections.abc import Callable

from winnow_chassis.broker.fanout import FanoutListener
from winnow_chassis.broker.messages import Outbound
from winnow_chassis.broker.publisher import Publisher
from winnow_contracts import queues
from winnow_contracts.events import TaskEvent
from winnow_journal.codec import decode, encode

_LOG = logging.getLogger(__name__)


def tell(publisher: Publisher, event: TaskEvent) -> None:
    """Publish a live event to all gateways, if the broker is there."""
    body = encode(event)
    publisher.publish(Outbound(exchange=queues.LIVE_EXCHANGE, routing_key="", body=body, durable=False))


class LiveListener:
    """Receives live events on a connection of its own and passes each to ``on_event``, in its thread."""

    def __init__(self, amqp_url: str, on_event: Callable[[TaskEvent], None], node: str = "live") -> None:
        super().__init__(
            amqp_url, queues.LIVE_EXCHANGE, lambda body: _read(body, on_event), node=node, name="live events"
        )

    def start(self) -> None:
        """Listen in the background, and reconnect whenever the connection is lost."""
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
                _LOG.debug("Live events are not received now.", extra={"error": repr(error)})
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
            _LOG.exception("Unexpected error in a live event's handler; continuing.")
