"""Live events: progress over a fanout to all gateways, best effort. Nothing depends on it."""

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
    """Tell everyone who listens, if the broker is there."""
    body = encode(event)
    publisher.publish(Outbound(exchange=queues.LIVE_EXCHANGE, routing_key="", body=body, durable=False))


class LiveListener(FanoutListener):
    """Hears live events and passes each to ``on_event``, in its thread."""

    def __init__(self, amqp_url: str, on_event: Callable[[TaskEvent], None], node: str = "live") -> None:
        super().__init__(
            amqp_url, queues.LIVE_EXCHANGE, lambda body: _read(body, on_event), node=node, name="live events"
        )


def _read(body: bytes, on_event: Callable[[TaskEvent], None]) -> None:
    try:
        event = decode(TaskEvent, body)
    except (ValueError, TypeError) as error:
        _LOG.warning("A live event cannot be read.", extra={"error": repr(error)})
        return
    on_event(event)
