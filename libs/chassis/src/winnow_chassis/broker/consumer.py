"""Consumes one lane. A delivery is settled on the channel that delivered it, or not at all."""

import itertools
import logging
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import dramatiq
import pika
from dramatiq.errors import ConnectionClosed
from pika.exceptions import AMQPError

from winnow_chassis.broker.dead_letters import DeadLetters
from winnow_chassis.broker.messages import inbound
from winnow_chassis.broker.waking import wake
from winnow_contracts.envelope import Envelope, Undecodable, UnknownActor
from winnow_contracts.failpoints import failpoint

_LOG = logging.getLogger(__name__)
_UNCONSUMED_SECONDS = 1.0
"""How long a lane waits before it checks again whether it may consume. Dramatiq stops a consumer by a flag, which the
consumer must check itself."""


class Delivery:
    """One message as one channel delivered it. ``ack`` and ``requeue`` may be called from any thread."""

    def __init__(self, consumer: "LaneConsumer", tag: int, envelope: Envelope, *, redelivered: bool) -> None:
        self.envelope = envelope
        self.redelivered = redelivered
        self._consumer = consumer
        self._tag = tag

    @property
    def lane(self) -> str:
        """The lane that it came in. An earlier version may have sent the command in another lane than this one does."""
        return self._consumer.lane

    @property
    def stands(self) -> bool:
        """Whether the delivery's channel is open.

        If not, it cannot be settled, and the broker redelivers the message.
        """
        return self._consumer.is_open

    def ack(self) -> None:
        """Ack the message: everything that follows from it is safe elsewhere."""
        self._consumer.settle(self._tag, keep=False)

    def requeue(self) -> None:
        """Return the message to its lane, for this node or another."""
        self._consumer.settle(self._tag, keep=True)


class LaneConsumer(dramatiq.Consumer):
    """Dramatiq's consumer, with one connection and one channel of its own.

    Delivery tags are numbered per channel. When the channel is gone, settling is dropped and the broker redelivers
    (P1). Dramatiq's own ack and nack do nothing here; the executor settles a delivery once everything that follows from
    it is confirmed.
    """

    def __init__(
        self,
        parameters: pika.URLParameters,
        lane: str,
        prefetch: int,
        timeout_ms: int,
        may_consume: Callable[[], bool],
        dead_letters: DeadLetters,
        known_actors: Iterable[str],
    ) -> None:
        self.lane = lane
        self._timeout_seconds = timeout_ms / 1000
        self._may_consume = may_consume
        self._dead_letters = dead_letters
        self._known_actors = frozenset(known_actors)
        self._messages: deque[dramatiq.MessageProxy] = deque()
        self._unsettled: dict[int, None] = {}
        """The tags of what was delivered, in their order. The connection's own thread alone uses it."""
        self._lock = threading.Lock()
        self._to_settle: dict[int, bool] = {}
        try:
            self._connection = pika.BlockingConnection(parameters)
            self._channel = self._connection.channel()
            self._channel.basic_qos(prefetch_count=prefetch)
        except (AMQPError, OSError) as error:
            raise ConnectionClosed(error) from None

    def __next__(self) -> dramatiq.MessageProxy | None:
        """The next message, or None after the timeout or a wake."""
        # What came together is handed on before the connection is asked again, which costs as much as a message.
        if not self._messages:
            try:
                self._follow()
                longest = self._timeout_seconds if self._channel.consumer_tags else _UNCONSUMED_SECONDS
                self._connection.process_data_events(time_limit=longest)
            except (AMQPError, OSError) as error:
                raise ConnectionClosed(error) from None
        return self._messages.popleft() if self._messages else None

    def ack(self, message: dramatiq.MessageProxy) -> None:
        """Do nothing: see ``Delivery.ack``."""

    def nack(self, message: dramatiq.MessageProxy) -> None:
        """Do nothing: see ``Delivery.requeue``."""

    def requeue(self, messages: Iterable[dramatiq.MessageProxy]) -> None:
        """Return messages that were prefetched and not started."""
        for message in messages:
            message.args[0].requeue()

    def close(self) -> None:
        """Close the connection. The broker redelivers what is not settled."""
        try:
            if self._connection.is_open:
                self._connection.process_data_events(time_limit=0)  # carry out the settlements that are queued
                self._connection.close()
        except (AMQPError, OSError) as error:
            _LOG.debug("The consumer's connection was gone already.", extra={"error": repr(error)})

    @property
    def unacked(self) -> int:
        """How many messages it got and has not settled. Callable from any thread."""
        return len(self._unsettled)

    def wake(self) -> None:
        """Check now whether to consume. Callable from any thread."""
        wake(self._connection)

    @property
    def is_open(self) -> bool:
        """Whether connection and channel are open, as far as this end knows."""
        return bool(self._channel.is_open)

    def settle(self, tag: int, *, keep: bool) -> None:
        """Ack (``keep`` false) or requeue a delivery, in the connection's own thread.

        Dropped when the channel is gone.
        """
        with self._lock:
            is_first = not self._to_settle
            self._to_settle[tag] = keep
        if not is_first:
            return  # the thread was woken already
        try:
            self._connection.add_callback_threadsafe(self._settle_all)
        except AMQPError:
            _LOG.info("A message was settled after its channel closed; the broker redelivers it.", extra={"tag": tag})

    def _settle_all(self) -> None:
        """Tell the broker what was settled. One ack says it of all the oldest."""
        with self._lock:
            settled, self._to_settle = self._to_settle, {}
        if not self._channel.is_open:
            return
        oldest = list(itertools.takewhile(lambda tag: settled.get(tag) is False, self._unsettled))
        for tag in settled:
            self._unsettled.pop(tag, None)
        if oldest:
            self._channel.basic_ack(oldest[-1], multiple=True)
        for tag in settled.keys() - oldest:
            if settled[tag]:
                self._channel.basic_nack(tag, requeue=True)
            else:
                self._channel.basic_ack(tag)

    def _follow(self) -> None:
        # Read this from the channel each time. The broker may have cancelled the consumer because its queue was
        # deleted, or closed the channel because of a late ack. Consuming again then either works, or raises and so
        # connects anew.
        consuming = self._channel.consumer_tags
        may_consume = self._may_consume()
        if may_consume and not consuming:
            self._channel.basic_consume(self.lane, self._on_message)
            _LOG.info("The lane is consumed.", extra={"lane": self.lane, "pid": os.getpid()})
        elif consuming and not may_consume:
            for tag in consuming:
                self._channel.basic_cancel(tag)
            self.requeue(self._messages)
            self._messages.clear()

    def _on_message(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        tag = method.delivery_tag
        self._unsettled[tag] = None
        try:
            envelope = inbound(body, properties)
            if envelope.actor not in self._known_actors:
                raise UnknownActor(f"this node has no route for {envelope.actor}")
        except UnknownActor as error:
            self._dead_letters.requeue_later(
                self.lane, body, properties, str(error), lambda held: self.settle(tag, keep=not held)
            )
            return
        except Undecodable as error:
            self._dead_letters.dead_letter(
                self.lane, body, properties, str(error), lambda held: self.settle(tag, keep=not held)
            )
            return
        failpoint("lane.received")
        delivery = Delivery(self, tag, envelope, redelivered=method.redelivered)
        message: dramatiq.Message[None] = dramatiq.Message(
            queue_name=self.lane,
            actor_name=envelope.actor,
            args=(delivery,),
            kwargs={},
            options={},
            message_id=envelope.task_id,
        )
        self._messages.append(dramatiq.MessageProxy(message))
