"""The control channel: a fanout that tells every process with a journal of cancelled jobs, paused lanes and resends."""

import json
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
from winnow_contracts.control import ControlMessage
from winnow_contracts.errors import Unavailable
from winnow_contracts.json_codec import from_json, to_json

_LOG = logging.getLogger(__name__)
_TAKEN_SECONDS = 5.0


def broadcast(publisher: Publisher, news: ControlMessage) -> None:
    """Tell all at once, best effort: index keeps the set, and every node asks it now and then."""
    publisher.publish(_message(news))


def broadcast_confirmed(publisher: Publisher, news: ControlMessage, seconds: float = _TAKEN_SECONDS) -> None:
    """Tell all, and return once the broker has it. Raises Unavailable: news that nobody keeps must not vanish."""
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
    """Hears news on a connection of its own and passes each to ``heard``.

    ``connected`` is called on every connection, ``between`` now and then, also while there is no broker: all in one
    thread. ``between`` gives the seconds after which it wants to be called again; news may come to it sooner.
    """

    def __init__(
        self,
        amqp_url: str,
        name: str,
        heard: Callable[[ControlMessage], None],
        *,
        connected: Callable[[], None] = lambda: None,
        between: Callable[[], float] = lambda: LONG_WAIT_SECONDS,
    ) -> None:
        self._parameters = parameters(amqp_url, f"{name} control")
        self._heard = heard
        self._connected = connected
        self._between = between
        self._connection: pika.BlockingConnection | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="control", daemon=True)

    def start(self) -> None:
        """Listen in the background, and again whenever the connection is lost."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
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
            _LOG.debug("News of control is not heard.", extra={"error": repr(error)})
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
            _LOG.warning("News cannot be read.", extra={"error": repr(error)})
            return
        self._heard(news)


def _message(news: ControlMessage) -> Outbound:
    body = json.dumps(to_json(news)).encode()
    return Outbound(exchange=queues.CONTROL_EXCHANGE, routing_key="", body=body, durable=False)
