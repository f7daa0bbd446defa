"""Winnow's Dramatiq broker: lanes on quorum queues, no delay queues in worker memory, no middleware that publishes."""

import weakref
from collections.abc import Callable
from typing import Any

import dramatiq
from dramatiq.common import current_millis

from winnow_chassis.broker.consumer import LaneConsumer
from winnow_chassis.broker.dead_letters import DeadLetters
from winnow_chassis.broker.topology import parameters


class WinnowBroker(dramatiq.Broker):
    """What Dramatiq's worker needs of a broker. It does not send: commands leave through the outbox."""

    def __init__(self, amqp_url: str, node: str, may_consume: Callable[[str], bool], dead_letters: DeadLetters) -> None:
        # The stock middleware retries, pipes and calls back by publishing after the run: hazards P2 to P4, P7.
        super().__init__(middleware=[])
        self._amqp_url = amqp_url
        self._node = node
        self._may_consume = may_consume
        self._dead_letters = dead_letters
        self._consumers: weakref.WeakSet[LaneConsumer] = weakref.WeakSet()

    def declare_queue(self, queue_name: str) -> None:
        """Record a lane; the publisher declares it on the broker."""
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues[queue_name] = None
            self.emit_after("declare_queue", queue_name)

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 1000) -> LaneConsumer:
        """A consumer of one lane, with a connection of its own."""
        consumer = LaneConsumer(
            parameters(self._amqp_url, f"{self._node} {queue_name}"),
            queue_name,
            prefetch,
            timeout,
            lambda: self._may_consume(queue_name),
            self._dead_letters,
            self.get_declared_actors(),
        )
        self._consumers.add(consumer)
        return consumer

    def wake(self) -> None:
        """Make every lane check now whether it may consume. Callable from any thread."""
        for consumer in tuple(self._consumers):
            consumer.wake()

    def unacked(self) -> dict[str, int]:
        """How many messages of each lane this process got and has not settled, of lanes with an open connection.

        Callable from any thread.
        """
        return {one.lane: one.unacked for one in tuple(self._consumers) if one.is_open}

    def enqueue(self, message: dramatiq.Message[Any], *, delay: int | None = None) -> dramatiq.Message[Any]:
        """Raise RuntimeError: a message that is not in a journal could be lost."""
        raise RuntimeError(
            f"{message.actor_name} was sent at {current_millis()} past the outbox; use task.send() or Intake.accept()"
        )
