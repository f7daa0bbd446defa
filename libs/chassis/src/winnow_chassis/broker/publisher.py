"""The one publisher of a process. It has its own thread and connection, pipelined confirms, and mandatory routing."""

import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import AMQPError, ChannelClosedByBroker, ConnectionClosed

from winnow_base.background import BackgroundLoop
from winnow_chassis.broker.answers import Answer
from winnow_chassis.broker.connection import connected
from winnow_chassis.broker.messages import Outbound
from winnow_chassis.broker.topology import declare, ensure, parameters
from winnow_contracts.errors import WinnowError

_LOG = logging.getLogger(__name__)
_WINDOW = 512
"""How many messages may wait for a confirm at once."""
_MAX_WAITING = 8_192
"""How many messages may wait for room in the window. Any more stay in their outbox, which the relay reads again."""
_BLOCKED_SECONDS = 10.0
"""How long the declaring connection waits for a broker that blocks it, before it tries again."""
_CLOSE_SECONDS = 2.0
"""How long a broker may take to answer a close, before its connection is dropped."""
_STABLE_SECONDS = 10.0
"""After a connection that lived longer than this the publisher reconnects at once, otherwise after a growing pause."""
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.1, 2.0
Done = Callable[[Answer], None]


@dataclass(frozen=True, slots=True)
class _Sent:
    """A message that the broker has not confirmed yet, and when it was sent (monotonic seconds)."""

    done: Done
    at_seconds: float


class Publisher:
    """Publishes messages from any thread, over one connection, with confirms.

    On each connect the topology is declared unless it exists, then ``prepare`` runs, then ``on_ready``. A returned
    (unroutable) message counts as refused even though the broker acks it: the publisher reconnects and declares the
    whole topology. It also reconnects when the oldest message has waited ``confirm_seconds`` for its
    confirm. Time in which the broker blocks publishers (memory or disk alarm) does not count.
    """

    def __init__(
        self,
        amqp_url: str,
        name: str,
        *,
        prepare: Callable[[BlockingChannel], None] = lambda channel: None,
        on_ready: Callable[[], None] = lambda: None,
        confirm_seconds: float = 30.0,
    ) -> None:
        self._parameters = parameters(amqp_url, f"{name} publisher")
        self._declaring = parameters(amqp_url, f"{name} declarations")
        self._declaring.blocked_connection_timeout = _BLOCKED_SECONDS
        self._prepare = prepare
        self._on_ready = on_ready
        self._confirm_seconds = confirm_seconds
        self._lock = threading.Lock()
        self._waiting: deque[tuple[Outbound, Done]] = deque()
        self._in_flight: dict[int, _Sent] = {}  # oldest first
        self._returned: set[int] = set()
        self._queue_missing = False
        self._last_tag = 0
        self._connection: pika.SelectConnection | None = None
        self._channel: Any = None
        self._blocked = False
        self._unblocked_at_seconds = 0.0
        self._woken = False
        self._pause_seconds = _FIRST_PAUSE_SECONDS
        self._loop = BackgroundLoop(
            "publisher", "publishes messages and hears confirms", self._turn, interrupt=self.reconnect
        )

    @property
    def connected(self) -> bool:
        """Whether messages can be published now."""
        return self._channel is not None

    def start(self) -> None:
        """Connect in the background, and reconnect whenever the connection is lost."""
        self._loop.start()

    def stop(self) -> None:
        """Close the connection and end the thread. Messages that are not answered by then get ``UNKNOWN``."""
        self._loop.stop()

    def reconnect(self) -> None:
        """Reconnect, which declares and prepares everything again. No message is lost: the outbox keeps them."""
        with self._lock:
            connection = self._connection
        if connection is not None:
            connection.ioloop.add_callback_threadsafe(lambda: self._close(connection))

    def publish(self, message: Outbound, done: Done = lambda answer: None) -> None:
        """Publish a message in the background; ``done`` is called with the answer, exactly once, in any thread.

        It is ``UNKNOWN`` at once without a connection, when too many messages wait already, and, for a message that is
        not durable, while the broker blocks publishers: live progress is worth nothing later.

        Example::

            held = threading.Event()
            publisher.publish(outbound(envelope), lambda answer: answer is Answer.HELD and held.set())
            held.wait(5)  # True once the broker holds the message
        """
        with self._lock:
            takes_none = (
                self._channel is None or len(self._waiting) >= _MAX_WAITING or (self._blocked and not message.durable)
            )
            connection = None if takes_none else self._connection
            if connection is not None:
                self._waiting.append((message, done))
                wake, self._woken = not self._woken, True
        if connection is None:
            done(Answer.UNKNOWN)
        elif wake:
            connection.ioloop.add_callback_threadsafe(self._pump)

    def _turn(self) -> float:
        began = time.monotonic()
        try:
            self._declare_all()
            self._connect()
        except (AMQPError, OSError, WinnowError) as error:
            _LOG.warning("The broker cannot be reached.", extra={"error": repr(error)})
        if time.monotonic() - began > _STABLE_SECONDS:
            self._pause_seconds = _FIRST_PAUSE_SECONDS
        pause_seconds = self._pause_seconds
        self._pause_seconds = min(pause_seconds * 2, _LONGEST_PAUSE_SECONDS)
        # Nodes must not all reconnect at the same moment: each declares everything.
        return pause_seconds * random.uniform(0.5, 1.5)  # noqa: S311 - jitter is no secret

    def _declare_all(self) -> None:
        with connected(self._declaring) as connection:
            if self._queue_missing:
                declare(connection.channel())
                self._queue_missing = False
            else:
                ensure(connection)
            self._prepare(connection.channel())

    def _connect(self) -> None:
        def opened(connection: pika.SelectConnection) -> None:
            if self._loop.stopping.is_set():  # stop() came during the connect, when there was nothing to close yet
                connection.close()
                return
            connection.add_on_connection_blocked_callback(lambda *_: self._set_blocked(True))
            connection.add_on_connection_unblocked_callback(lambda *_: self._set_blocked(False))
            connection.channel(on_open_callback=channel_opened)

        def channel_opened(channel: Any) -> None:
            channel.add_on_return_callback(self._on_return)
            channel.add_on_close_callback(lambda _, reason: self._on_channel_closed(connection, reason))
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
            self._last_tag, self._woken = 0, False
        self._watch_confirms(channel)
        self._on_ready()

    def _set_blocked(self, blocked: bool) -> None:
        _LOG.warning("The broker blocks publishers." if blocked else "The broker takes messages again.")
        self._blocked = blocked
        self._unblocked_at_seconds = time.monotonic()
        self._pump()

    def _watch_confirms(self, channel: Any) -> None:
        """Close the connection when the oldest confirm is overdue; else check again when the next one could be."""
        if self._channel is not channel:
            return
        left_seconds = self._confirm_seconds
        if self._in_flight and not self._blocked:
            oldest = next(iter(self._in_flight.values()))
            waited_seconds = time.monotonic() - max(oldest.at_seconds, self._unblocked_at_seconds)
            left_seconds -= waited_seconds
            if left_seconds < 0:
                _LOG.error(
                    "The broker confirms nothing; the publisher reconnects.",
                    extra={"waited_seconds": round(waited_seconds, 1), "in_flight": len(self._in_flight)},
                )
                self._close(self._connection)
                return
        channel.connection.ioloop.call_later(left_seconds + 0.01, lambda: self._watch_confirms(channel))

    def _pump(self) -> None:
        """Send waiting messages while the window has room. Runs in the publisher's thread."""
        with self._lock:
            self._woken = False
        while self._channel is not None and not self._blocked and len(self._in_flight) < _WINDOW:
            with self._lock:
                if not self._waiting:
                    return
                message, done = self._waiting.popleft()
            self._last_tag += 1
            self._in_flight[self._last_tag] = _Sent(done, time.monotonic())
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
        answer = Answer.HELD if isinstance(frame.method, pika.spec.Basic.Ack) else Answer.REFUSED
        tags = [known for known in self._in_flight if known <= tag] if several else [tag]
        returned = self._returned.intersection(tags)
        for one in tags:
            sent = self._in_flight.pop(one, None)
            if sent is not None:
                _tell(sent.done, Answer.REFUSED if one in returned else answer)
        self._returned -= returned
        if returned:
            _LOG.error("A message had no queue; everything is declared again.")
            self._queue_missing = True
            self._close(self._connection)
        self._pump()

    def _on_channel_closed(self, connection: pika.SelectConnection, reason: Exception) -> None:
        if isinstance(reason, ChannelClosedByBroker) and reason.reply_code == 404:
            _LOG.error("An exchange is missing; everything is declared again.", extra={"error": reason.reply_text})
            self._queue_missing = True
        self._close(connection)

    def _close(self, connection: pika.SelectConnection | None) -> None:
        if connection is None:
            return
        with self._lock:
            self._channel = None  # send nothing more on a channel that is closing
        if connection.is_open:
            connection.close()
            connection.ioloop.call_later(_CLOSE_SECONDS, lambda: _drop(connection))
        elif connection.is_closed:
            connection.ioloop.stop()

    def _give_up_all(self) -> None:
        with self._lock:
            unknown = [*(sent.done for sent in self._in_flight.values()), *(done for _, done in self._waiting)]
            self._in_flight.clear()
            self._waiting.clear()
            self._returned.clear()
            self._blocked = False
            self._channel = self._connection = None
        for done in unknown:
            _tell(done, Answer.UNKNOWN)


def _tell(done: Done, answer: Answer) -> None:
    """Call ``done``. A bug in it must not end the publisher, nor keep the other callbacks from being called."""
    try:
        done(answer)
    except Exception:  # noqa: BLE001 - see above
        _LOG.exception("Unexpected error in a confirm's callback; continuing.")


def _drop(connection: pika.SelectConnection) -> None:
    """Drop a connection whose broker does not answer the close.

    Pika's own heartbeat does the same; there is no public way.
    """
    if not connection.is_closed:
        connection._terminate_stream(ConnectionClosed(0, "the broker did not answer the close"))
