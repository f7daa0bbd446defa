"""Tracks the tasks in flight in this process, and the duplicate messages that wait for them (P18)."""

import threading

from winnow_chassis.broker.consumer import Delivery


class InFlightTasks:
    """The running tasks. A redelivered copy of one is held, and settled together with the first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, list[Delivery]] = {}

    def begin(self, delivery: Delivery) -> bool:
        """Register a delivery; returns whether the caller runs its task now.

        If not, the task runs already, and this copy waits for its end.
        """
        with self._lock:
            held = self._held.get(delivery.envelope.task_id)
            if held is None:
                self._held[delivery.envelope.task_id] = []
                return True
            held.append(delivery)
            return False

    def end(self, delivery: Delivery) -> list[Delivery]:
        """Remove a task that ended; returns the delivery that ran it and every copy that waited."""
        with self._lock:
            return [delivery, *self._held.pop(delivery.envelope.task_id)]
