"""The control channel: a fanout that sends cancelled jobs, paused lanes and resends to every process with a journal."""

import json
import logging
import threading
from collections.abc import Callable

from winnow_chassis.broker.fanout import FanoutListener
from winnow_chassis.broker.messages import Outbound
from winnow_chassis.broker.publisher import Publisher
from winnow_chassis.broker.waking import LONG_WAIT_SECONDS
from winnow_contracts import queues
from winnow_contracts.control import ControlMessage
from winnow_contracts.errors import Unavailable
from winnow_contracts.json_codec import from_json, to_json

_LOG = logging.getLogger(__name__)
_TAKEN_SECONDS = 5.0


def broadcast(publisher: Publisher, news: ControlMessage) -> None:
    """Send a control message to all processes at once, best effort.

    Index keeps the set, and every node fetches it regularly.
    """
    publisher.publish(_message(news))


def broadcast_confirmed(publisher: Publisher, news: ControlMessage, seconds: float = _TAKEN_SECONDS) -> None:
    """Send a control message to all processes, and return once the broker has it.

    Raises Unavailable after ``seconds`` without a confirm: index does not keep this message, so the caller must know of
    a loss.
    """
    answered = threading.Event()
    taken = False

    def note(held: bool) -> None:
        nonlocal taken
        taken = held
        answered.set()

    publisher.publish(_message(news), note)
    if not (answered.wait(seconds) and taken):
        raise Unavailable(
            f"The broker did not take the news to {news.kind.value} {news.name}.",
            dependency="broker",
            hint="Ask again once the broker answers; asking twice does no harm.",
        )


class ControlListener:
    """Receives control messages on a connection of its own and passes each to ``heard``.

    All callbacks run in one thread. ``connected`` is called after each connect. ``between`` is called regularly, also
    while the broker is away; it returns the seconds until its next call, which may come sooner.
    """

    def __init__(
        self,
        amqp_url: str,
        node: str,
        heard: Callable[[ControlMessage], None],
        *,
        on_connected: Callable[[], None] = lambda: None,
        between: Callable[[], float] = lambda: LONG_WAIT_SECONDS,
    ) -> None:
        super().__init__(
            amqp_url,
            queues.CONTROL_EXCHANGE,
            lambda body: _read(body, heard),
            node=node,
            name="control",
            on_connected=on_connected,
            between=between,
        )

    def start(self) -> None:
        """Listen in the background, and reconnect whenever the connection is lost."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening and end the thread."""
        self._stop.set()
        wake(self._connection)
        self._thread.join(timeout=5)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._hear()
            except Exception:  # noqa: BLE001 - without this thread nobody would hear of a cancellation again
                _LOG.exception("Unexpected error in the control listener; continuing.")
                self._stop.wait(1)

    def _hear(self) -> None:
        try:
            self._listen()
        except (AMQPError, OSError) as error:
            _LOG.debug("Control messages are not received now.", extra={"error": repr(error)})
            self._between()
            self._stop.wait(1)

    def _listen(self) -> None:
        connection = self._connection = pika.BlockingConnection(self._parameters)
        try:
            channel = connection.channel()
            channel.exchange_declare(queues.CONTROL_EXCHANGE, "fanout", durable=True)
            name = channel.queue_declare("", exclusive=True, auto_delete=True).method.queue
            channel.queue_bind(name, queues.CONTROL_EXCHANGE)
            channel.basic_consume(name, self._read, auto_ack=True)
            self._connected()
            while not self._stop.is_set() and channel.consumer_tags:
                connection.process_data_events(time_limit=min(self._between(), LONG_WAIT_SECONDS))
        finally:
            if connection.is_open:
                connection.close()

    def _read(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        try:
            news = from_json(ControlMessage, json.loads(body))
        except (ValueError, TypeError) as error:
            _LOG.warning("A control message cannot be read.", extra={"error": repr(error)})
            return
        self._heard(news)


def _message(news: ControlMessage) -> Outbound:
    body = json.dumps(to_json(news)).encode()
    return Outbound(exchange=queues.CONTROL_EXCHANGE, routing_key="", body=body, durable=False)
