"""Dead letters: messages no actor here can take come back later; unreadable ones get a queue of their own (P16)."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from winnow_chassis.broker import delays
from winnow_chassis.broker.messages import Outbound
from winnow_chassis.broker.publisher import Publisher
from winnow_contracts import queues

_LOG = logging.getLogger(__name__)
PARK_MS = 60_000
_AFTER_FAILURE_SECONDS = 1.0


class DeadLetters:
    """Publishes a copy elsewhere, then calls ``then`` with whether the broker confirmed it: the original may go.

    False is told only a second later: the original goes back to its lane and is delivered again at once.
    """

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    def requeue_later(
        self, queue: str, body: bytes, properties: Any, reason: str, then: Callable[[bool], None]
    ) -> None:
        """Bring the message back to its lane after a while: a rolling deploy may have brought its actor by then."""
        _LOG.warning("A message has no actor here; it comes back later.", extra={"queue": queue, "reason": reason})
        exchange, routing_key = delays.route(PARK_MS, queue)
        self._copy(exchange, routing_key, body, properties, then)

    def dead_letter(self, queue: str, body: bytes, properties: Any, reason: str, then: Callable[[bool], None]) -> None:
        """Keep a body nobody can decode where a person finds it."""
        _LOG.error("A message cannot be read; it is set aside.", extra={"queue": queue, "reason": reason})
        self._copy("", queues.UNREADABLE, body, properties, then)

    def _copy(
        self, exchange: str, routing_key: str, body: bytes, properties: Any, then: Callable[[bool], None]
    ) -> None:
        message = Outbound(
            exchange=exchange,
            routing_key=routing_key,
            body=body,
            message_id=properties.message_id or "",
            headers={name: value for name, value in (properties.headers or {}).items() if name != "x-death"},
        )
        self._publisher.publish(message, lambda held: then(True) if held else _later(then))


def _later(then: Callable[[bool], None]) -> None:
    # No more timers than the lane's prefetch: the broker delivers nothing else while these are unsettled.
    timer = threading.Timer(_AFTER_FAILURE_SECONDS, then, (False,))
    timer.daemon = True
    timer.start()
