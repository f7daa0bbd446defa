"""Listens to a fanout exchange: every process that listens gets every message, while it listens."""

import logging
from collections.abc import Callable

from pika.adapters.blocking_connection import BlockingConnection
from pika.exceptions import AMQPError

from winnow_base.background import BackgroundLoop
from winnow_chassis.broker.connection import connected
from winnow_chassis.broker.topology import parameters
from winnow_chassis.broker.waking import LONG_WAIT_SECONDS, wake

_LOG = logging.getLogger(__name__)
_MOST_WAITING = 10_000


class FanoutListener:
    """Passes each message's body to ``heard``, in a thread of its own, and connects again when the connection is lost.

    ``on_connected`` is called on every connection, ``between`` now and then, also while there is no broker: all in that
    thread. ``between`` returns the seconds after which it wants to be called again; messages may come to it sooner.
    ``name`` names the thread and, with ``node``, the connection.
    """

    def __init__(
        self,
        amqp_url: str,
        exchange: str,
        heard: Callable[[bytes], None],
        *,
        node: str,
        name: str,
        on_connected: Callable[[], None] = lambda: None,
        between: Callable[[], float] = lambda: LONG_WAIT_SECONDS,
    ) -> None:
        self._parameters = parameters(amqp_url, f"{node} {name}")
        self._exchange = exchange
        self._heard = heard
        self._name = name
        self._on_connected = on_connected
        self._between = between
        self._connection: BlockingConnection | None = None
        self._loop = BackgroundLoop(
            name, f"listens to {exchange}", self._turn, interrupt=lambda: wake(self._connection)
        )

    def start(self) -> None:
        """Listen from now on."""
        self._loop.start()

    def stop(self) -> None:
        """Stop listening."""
        self._loop.stop(timeout_seconds=5)

    def _turn(self) -> float:
        try:
            self._listen()
        except (AMQPError, OSError) as error:
            _LOG.debug("A fanout is not heard.", extra={"listener": self._name, "error": repr(error)})
            self._between()
            return 1.0
        return 0.0

    def _listen(self) -> None:
        with connected(self._parameters) as connection:
            self._connection = connection
            channel = connection.channel()
            channel.exchange_declare(self._exchange, "fanout", durable=True)
            # A listener that lags loses the oldest messages. Without a bound they would fill the broker's memory, which
            # then takes nothing from anybody.
            bounded = {"x-max-length": _MOST_WAITING}
            queue = channel.queue_declare("", exclusive=True, auto_delete=True, arguments=bounded).method.queue
            channel.queue_bind(queue, self._exchange)
            channel.basic_consume(queue, lambda _c, _m, _p, body: self._take(body), auto_ack=True)
            self._on_connected()
            while not self._loop.stopping.is_set() and channel.consumer_tags:
                connection.process_data_events(time_limit=min(self._between(), LONG_WAIT_SECONDS))

    def _take(self, body: bytes) -> None:
        try:
            self._heard(body)
        except Exception:  # noqa: BLE001 - a listener's bug must not cost the connection and what comes meanwhile
            _LOG.exception("Unexpected error in a fanout listener; continuing.", extra={"listener": self._name})
