"""Converts envelopes to AMQP messages and back.

The body is JSON in Dramatiq's format; the identity travels as headers.
"""

from dataclasses import dataclass, field
from typing import Any

import pika

from winnow_chassis.broker import delays
from winnow_contracts.envelope import Envelope, Undecodable, now_ms, open_envelope
from winnow_journal.codec import convert, encode, parse

MAX_BODY_BYTES = 256 * 1024
"""The largest body in bytes. Messages hold keys and not contents, so a larger body is a mistake of the sender (P21)."""


@dataclass(frozen=True, kw_only=True)
class Outbound:
    """One message to publish."""

    exchange: str
    routing_key: str
    body: bytes
    message_id: str = ""
    headers: dict[str, Any] = field(default_factory=dict)
    reply_to: str | None = None
    durable: bool = True
    """False for live progress: the message is transient, and may be unroutable."""

    @property
    def queue(self) -> str:
        """The queue that the message goes to at once; empty if it goes to an exchange, as a delayed one does."""
        return "" if self.exchange else self.routing_key

    def properties(self, publish_id: str) -> pika.BasicProperties:
        """The message's AMQP properties. ``publish_id`` identifies the message if the broker returns it."""
        return pika.BasicProperties(
            content_type="application/json",
            delivery_mode=2 if self.durable else 1,
            message_id=self.message_id or None,
            correlation_id=publish_id,
            reply_to=self.reply_to,
            headers=self.headers,
        )


def outbound(envelope: Envelope, delay_ms: int = 0) -> Outbound:
    """The message for ``envelope``'s task. Raises ValueError if its body is over ``MAX_BODY_BYTES``.

    The message is delayed for ``delay_ms``, or until the envelope's ``not_before_ms`` if that is sooner. A message
    published late waits only for the rest of its delay, and a clock that stepped back cannot make the wait longer than
    ``delay_ms``.
    """
    if envelope.not_before_ms:
        left_ms = envelope.not_before_ms - now_ms()
        delay_ms = min(left_ms, delay_ms or left_ms)
    exchange, routing_key = delays.route(delay_ms, envelope.queue)
    message = {
        "queue_name": envelope.queue,
        "actor_name": envelope.actor,
        "args": (),
        "kwargs": envelope.command,
        "options": {},
        "message_id": envelope.task_id,
        "message_timestamp": envelope.created_ms,
    }
    body = encode(message)
    if len(body) > MAX_BODY_BYTES:
        raise ValueError(f"the command for {envelope.actor} has {len(body)} bytes; send keys, not content")
    return Outbound(
        exchange=exchange,
        routing_key=routing_key,
        body=body,
        message_id=envelope.task_id,
        headers=envelope.headers(),
    )


def inbound(body: bytes, properties: pika.BasicProperties) -> Envelope:
    """The envelope of a delivered message. Raises Undecodable or UnknownActor."""
    try:
        payload = parse(body)["kwargs"]
    except (KeyError, TypeError, ValueError) as error:
        raise Undecodable(f"no message of Dramatiq: {error!r}") from error
    return open_envelope(properties.headers or {}, payload, convert)
