"""The one publisher of a process: its own thread and connection, pipelined confirms, mandatory."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError

from winnow_chassis.messages import Outbound
from winnow_chassis.topology import declare, parameters
from winnow_contracts.errors import WinnowError

_LOG = logging.getLogger(__name__)
_WINDOW = 512
Done = Callable[[bool], None]


class Publisher:
    """Publishes from any thread; ``done(True)`` means the broker holds the message, ``done(False)`` that nobody knows.

    On every connection the topology is declared, then ``prepare`` runs, then ``on_ready``. A returned (unroutable)
    message is not confirmed even though the broker acks it: the connection is made anew, which declares what is
    missing.
    """

    def __init__(
        self,
        amqp_url: str,
        name: str,
        *,
        prepare: Callable[[BlockingChannel], None] = lambda channel: None,
        on_ready: Callable[[], None] = lambda: None,
    ) -> None:
        self._parameters = parameters(amqp_url, f"{name} publisher")
        self._prepare = prepare
        self._on_ready = on_ready
        self._lock = threading.Lock()
        self._waiting: deque[tuple[Outbound, Done]] = deque()
        self._in_flight: dict[int, tuple[Outbound, Done]] = {}
        self._returned: set[int] = set()
        self._last_tag = 0
        self._connection: pika.SelectConnection | None = None
        self._channel: Any = None
        self._blocked = False
        self._woken = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)

    @property
    def connected(self) -> bool:
        """Whether messages can be published now."""
        return self._channel is not None

    def start(self) -> None:
        """Connect in the background, and again whenever the connection is lost."""
        self._thread.start()

    def stop(self) -> None:
        """Close the connection and end the thread. What is not confirmed by then gets ``done(False)``."""
        self._stop.set()
        with self._lock:
            connection = self._connection
        if connection is not None:
            connection.ioloop.add_callback_threadsafe(lambda: self._close(connection))
        self._thread.join(timeout=10)

    def publish(self, message: Outbound, done: Done = lambda confirmed: None) -> None:
        """Publish soon. While there is no connection ``done(False)`` is called at once.

        So it is for a message that is not durable while the broker takes none: live news would pile up for hours.
        """
        with self._lock:
            takes_none = self._channel is None or (self._blocked and not message.durable)
            connection = None if takes_none else self._connection
            if connection is not None:
                self._waiting.append((message, done))
                wake, self._woken = not self._woken, True
        if connection is None:
            done(False)
        elif wake:
            connection.ioloop.add_callback_threadsafe(self._pump)

    def _run(self) -> None:
        pause_seconds = 0.1
        while not self._stop.is_set():
            try:
                self._declare_all()
                self._connect()
                pause_seconds = 0.1
            except (AMQPError, OSError, WinnowError) as error:
                _LOG.warning("The broker can not be reached.", extra={"error": repr(error)})
                pause_seconds = min(pause_seconds * 2, 2)
            self._stop.wait(pause_seconds)

    def _declare_all(self) -> None:
        connection = pika.BlockingConnection(self._parameters)
        try:
            declare(connection.channel())
            self._prepare(connection.channel())
        finally:
            if connection.is_open:
                connection.close()

    def _connect(self) -> None:
        def opened(connection: pika.SelectConnection) -> None:
            if self._stop.is_set():  # while it was connecting, when it could not be closed
                connection.close()
                return
            connection.add_on_connection_blocked_callback(lambda *_: self._set_blocked(True))
            connection.add_on_connection_unblocked_callback(lambda *_: self._set_blocked(False))
            connection.channel(on_open_callback=channel_opened)

        def channel_opened(channel: Any) -> None:
            channel.add_on_return_callback(self._on_return)
            channel.add_on_close_callback(lambda *_: self._close(connection))
            channel.confirm_delivery(self._on_confirm, callback=lambda _: self._ready(channel))

        connection = pika.SelectConnection(
            self._parameters,
            on_open_callback=opened,
            on_open_error_callback=lambda closed, error: closed.ioloop.stop(),
            on_close_callback=lambda closed, error: closed.ioloop.stop(),
        )
        with self._lock:
            self._connection = connection
        try:
            connection.ioloop.start()
        finally:
            self._give_up_all()
            connection.ioloop.close()

    def _ready(self, channel: Any) -> None:
        with self._lock:
            self._channel = channel
            self._last_tag, self._blocked, self._woken = 0, False, False
        self._on_ready()

    def _set_blocked(self, blocked: bool) -> None:
        self._blocked = blocked
        self._pump()

    def _pump(self) -> None:
        """Send what waits, as far as the window allows. Runs in the publisher's thread."""
        with self._lock:
            self._woken = False
        while self._channel is not None and not self._blocked and len(self._in_flight) < _WINDOW:
            with self._lock:
                if not self._waiting:
                    return
                message, done = self._waiting.popleft()
            self._last_tag += 1
            self._in_flight[self._last_tag] = (message, done)
            self._channel.basic_publish(
                message.exchange,
                message.routing_key,
                message.body,
                message.properties(str(self._last_tag)),
                mandatory=message.durable,
            )

    def _on_return(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        self._returned.add(int(properties.correlation_id))

    def _on_confirm(self, frame: Any) -> None:
        tag, several = frame.method.delivery_tag, frame.method.multiple
        confirmed = isinstance(frame.method, pika.spec.Basic.Ack)
        tags = [known for known in self._in_flight if known <= tag] if several else [tag]
        returned = self._returned.intersection(tags)
        for one in tags:
            _, done = self._in_flight.pop(one)
            done(confirmed and one not in returned)
        self._returned -= returned
        if returned:
            _LOG.error("A message had no queue; the queues are declared again.")
            self._close(self._connection)
        self._pump()

    def _close(self, connection: pika.SelectConnection | None) -> None:
        if connection is None:
            return
        with self._lock:
            self._channel = None  # nothing more is sent on a channel that closes
        if connection.is_open:
            connection.close()
        elif connection.is_closed:
            connection.ioloop.stop()

    def _give_up_all(self) -> None:
        with self._lock:
            unknown = [*self._in_flight.values(), *self._waiting]
            self._in_flight.clear()
            self._waiting.clear()
            self._returned.clear()
            self._channel = self._connection = None
        for _, done in unknown:
            done(False)
