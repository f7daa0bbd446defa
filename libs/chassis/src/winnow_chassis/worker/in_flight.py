"""Tasks in flight in this process, and the duplicate messages that wait for them (P18)."""

import threading

from winnow_chassis.broker.consumer import Delivery


class InFlightTasks:
    """A registry of running tasks. A redelivered copy of one is held, and settled together with the first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, list[Delivery]] = {}

    def begin(self, delivery: Delivery) -> bool:
        """True: the caller runs the task now. False: it runs already, and this copy is kept until it ends."""
        with self._lock:
            held = self._held.get(delivery.envelope.task_id)
            if held is None:
                self._held[delivery.envelope.task_id] = []
                return True
            held.append(delivery)
            return False

    def end(self, delivery: Delivery) -> list[Delivery]:
        """The task ended: the delivery that ran it and every copy that waited."""
        with self._lock:
            return [delivery, *self._held.pop(delivery.envelope.task_id)]
