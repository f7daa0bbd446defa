"""Dead letters: messages that no actor here can take return later; unreadable ones get a queue of their own (P16)."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from winnow_chassis.broker import delays
from winnow_chassis.broker.answers import Answer
from winnow_chassis.broker.messages import Outbound
from winnow_chassis.broker.publisher import Publisher
from winnow_contracts import queues

_LOG = logging.getLogger(__name__)
PARK_MS = 60_000
_AFTER_FAILURE_SECONDS = 1.0


class DeadLetters:
    """Publishes a copy of a message to another queue, then calls ``then`` with whether it was confirmed.

    After True, the original can be acked. ``then(False)`` is called one second late: the original is requeued, and the
    broker delivers it again at once.
    """

    def __init__(self, publisher: Publisher) -> None:
        self._publisher = publisher

    def requeue_later(
        self, queue: str, body: bytes, properties: Any, reason: str, then: Callable[[bool], None]
    ) -> None:
        """Return the message to its lane after a delay.

        By then a rolling deploy may have started a node with its actor.
        """
        _LOG.warning("A message has no actor here; it comes back later.", extra={"queue": queue, "reason": reason})
        exchange, routing_key = delays.route(PARK_MS, queue)
        self._copy(exchange, routing_key, body, properties, then)

    def dead_letter(self, queue: str, body: bytes, properties: Any, reason: str, then: Callable[[bool], None]) -> None:
        """Move a body that nobody can decode to the queue of unreadable messages, where a person finds it."""
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
        self._publisher.publish(message, lambda answer: then(True) if answer is Answer.HELD else _later(then))


def _later(then: Callable[[bool], None]) -> None:
    # There are never more timers than the lane's prefetch: the broker delivers nothing else until these are settled.
    timer = threading.Timer(_AFTER_FAILURE_SECONDS, then, (False,))
    timer.daemon = True
    timer.start()
