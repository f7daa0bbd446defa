"""The control channel: a fanout that tells every process with a journal of cancelled jobs, paused lanes and resends."""

import json
import logging
import threading
from collections.abc import Callable

from winnow_chassis.broker.answers import Answer
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
    """Tell all at once, best effort: index keeps the set, and every node asks it now and then."""
    publisher.publish(_message(news))


def broadcast_confirmed(publisher: Publisher, news: ControlMessage, seconds: float = _TAKEN_SECONDS) -> None:
    """Tell all, and return once the broker has it. Raises Unavailable: news that nobody keeps must not vanish."""
    answered = threading.Event()
    taken = False

    def note(answer: Answer) -> None:
        nonlocal taken
        taken = answer is Answer.HELD
        answered.set()

    publisher.publish(_message(news), note)
    if not (answered.wait(seconds) and taken):
        raise Unavailable(
            f"The broker did not take the news to {news.kind.value} {news.name}.",
            dependency="broker",
            hint="Ask again once the broker answers; asking twice does no harm.",
        )


class ControlListener(FanoutListener):
    """Hears control messages and passes each to ``heard``; ``on_connected`` and ``between`` as in FanoutListener."""

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


def _read(body: bytes, heard: Callable[[ControlMessage], None]) -> None:
    try:
        message = from_json(ControlMessage, json.loads(body))
    except (ValueError, TypeError) as error:
        _LOG.warning("A control message cannot be read.", extra={"error": repr(error)})
        return
    heard(message)


def _message(news: ControlMessage) -> Outbound:
    body = json.dumps(to_json(news)).encode()
    return Outbound(exchange=queues.CONTROL_EXCHANGE, routing_key="", body=body, durable=False)
