"""Carries messages from Dramatiq's consumers to its threads. A message, or the end, wakes a waiting thread."""

from queue import Empty, PriorityQueue
from typing import Any


class WorkQueue(PriorityQueue[Any]):
    """Dramatiq's work queue, with an end. Threads can wait long, and a worker still stops at once."""

    def __init__(self) -> None:
        super().__init__()
        self._ended = False

    def end(self) -> None:
        """End all waits. ``get`` then returns what is left, and raises Empty at once if nothing is."""
        with self.not_empty:
            self._ended = True
            self.not_empty.notify_all()

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """The next item. Raises Empty after ``timeout`` seconds without one, or when the queue is ended."""
        with self.not_empty:
            if block:
                self.not_empty.wait_for(lambda: self._ended or self._qsize(), timeout)
            if not self._qsize():
                raise Empty
            item = self._get()
            self.not_full.notify()
            return item
