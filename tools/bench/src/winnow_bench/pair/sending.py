"""Publishes tasks of both sides over one publisher with pipelined confirms, so that filling a queue favours nobody."""

import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Any

import dramatiq

from winnow_chassis.broker.answers import Answer
from winnow_chassis.broker.messages import Outbound, outbound
from winnow_chassis.broker.publisher import Publisher
from winnow_contracts.commands import DrillMedia
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.errors import Unavailable
from winnow_contracts.job_options import Track
from winnow_contracts.queues import Priority
from winnow_harness.fixtures.nodes import wait_for

_IN_FLIGHT = 4_000
"""Fewer than the publisher takes before it refuses."""
_CONFIRM_SECONDS = 120


class Sending:
    """A publisher that connects, and declares Winnow's topology, when its ``with`` block begins."""

    def __init__(self, amqp_url: str) -> None:
        self.publisher = Publisher(amqp_url, "bench")

    def __enter__(self) -> "Sending":
        """Connect."""
        self.publisher.start()
        wait_for(lambda: self.publisher.connected, what="the publisher did not connect")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnect."""
        self.publisher.stop()

    def send(self, messages: Iterable[Outbound]) -> None:
        """Publish all, and return once the broker holds them. Raises Unavailable if it does not."""
        room, lost = threading.Semaphore(_IN_FLIGHT), []

        def done(answer: Answer) -> None:
            if answer is not Answer.HELD:
                lost.append(answer)
            room.release()

        for message in messages:
            _take(room)
            self.publisher.publish(message, done)
        for _ in range(_IN_FLIGHT):
            _take(room)
        if lost:
            raise Unavailable(f"The broker did not take {len(lost)} messages.", dependency="broker")


def winnow_task(
    name: str,
    *,
    follow: int = 0,
    delay_ms: int = 0,
    priority: Priority = Priority.NORMAL,
    track: Track = Track.FULL,
) -> Outbound:
    """A task of a job of its own, which ``follow`` more tasks are to follow."""
    command = DrillMedia(tenant_id="bench", job_id=name, media_id=name, steps=follow)
    return outbound(Envelope(command=command, created_ms=now_ms(), priority=priority, track=track), delay_ms)


def stock_task(actor: "dramatiq.Actor[Any, Any]", name: str, *, follow: int = 0) -> Outbound:
    """The same for stock Dramatiq: the body and the durability that its own broker would send."""
    return Outbound(exchange="", routing_key=actor.queue_name, body=actor.message(name, follow).encode())


def _take(room: threading.Semaphore) -> None:
    if not room.acquire(timeout=_CONFIRM_SECONDS):
        raise Unavailable(f"The broker confirmed nothing for {_CONFIRM_SECONDS} s.", dependency="broker")
