"""Runs one lane of a node: Dramatiq's worker over a broker of its own, so that lanes share no thread and no queue."""

from collections.abc import Callable, Iterable

import dramatiq

from winnow_chassis.broker.consumer import Delivery
from winnow_chassis.broker.dramatiq_broker import WinnowBroker
from winnow_chassis.broker.waking import LONG_WAIT_SECONDS
from winnow_chassis.work_queue import WorkQueue
from winnow_chassis.worker.lane import Lane

_DRAIN_MS = 15_000
"""How long a call that cannot be interrupted may take while the worker stops. Then its task is released and
redelivered."""
_WAIT_MS = int(LONG_WAIT_SECONDS * 1_000)
"""How long an idle thread waits in milliseconds. Work and the end wake it; a lane also wakes when it may, or must not,
consume."""


class LaneWorker:
    """Takes the messages of one lane and passes each to ``handle`` in one of the lane's threads.

    ``actors`` names every actor of the node: a command that an earlier version sent may come in any lane.
    """

    def __init__(
        self, lane: Lane, broker: WinnowBroker, handle: Callable[[Delivery], None], actors: Iterable[str]
    ) -> None:
        self.lane = lane
        self._broker = broker
        for actor in actors:
            dramatiq.Actor(handle, broker=broker, actor_name=actor, queue_name=lane.name, priority=0, options={})
        broker.declare_queue(lane.name)
        self._worker = dramatiq.Worker(broker, worker_threads=lane.threads, worker_timeout=_WAIT_MS)
        self._worker.work_queue = self._work_queue = WorkQueue()
        # Without more than the threads have at once, no long task holds messages that another node could start (P11).
        self._worker.queue_prefetch = lane.messages

    def start(self) -> None:
        """Start consuming."""
        self._worker.start()

    def unacked(self) -> int:
        """How many messages of the lane this node holds now."""
        return self._broker.unacked().get(self.lane.name, 0)

    def wake(self) -> None:
        """Check now whether to consume. Callable from any thread."""
        self._broker.wake()

    def end(self) -> None:
        """Begin no task any more. What runs is not waited for."""
        for thread in self._worker.workers:
            thread.stop()
        self._work_queue.end()

    def stop(self) -> None:
        """Wait until running tasks have reached their next step, return the rest to the broker, and end."""
        self._worker.stop(timeout=_DRAIN_MS)
