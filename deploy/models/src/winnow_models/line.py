"""A fair queue for one exclusive resource: a call that has used up its share goes to the back if others wait."""

import threading
from collections import deque


class QueueFull(Exception):
    """The queue is full: no further call may wait."""


class CallQueue:
    """Serves at most ``places`` calls, and lets as many wait.

    One of them works at a time, for at least ``share_seconds`` before another goes first.
    """

    def __init__(self, places: int, share_seconds: float) -> None:
        self.places = places
        self._share_seconds = share_seconds
        self._turns: deque[QueuePlace] = deque()
        self._changed = threading.Condition()

    def enter(self) -> "QueuePlace":
        """Takes a place at the back, which the caller must leave in the end. Raises QueueFull."""
        with self._changed:
            if len(self._turns) >= 2 * self.places:
                raise QueueFull
            turn = QueuePlace(self)
            self._turns.append(turn)
            return turn

    def is_first(self, turn: "QueuePlace", wait_seconds: float) -> bool:
        """Whether this call may work now; waits for its turn for a while."""
        with self._changed:
            return self._changed.wait_for(lambda: self._turns[0] is turn, wait_seconds)

    def spend(self, turn: "QueuePlace", seconds: float) -> None:
        """Records working time (s); the next call goes first once the share is used up."""
        with self._changed:
            turn.used_seconds += seconds
            if turn.used_seconds >= self._share_seconds:
                turn.used_seconds = 0.0
                self._turns.remove(turn)
                self._turns.append(turn)
                self._changed.notify_all()

    def leave(self, turn: "QueuePlace") -> None:
        """Removes the place."""
        with self._changed:
            self._turns.remove(turn)
            self._changed.notify_all()


class QueuePlace:
    """One call's place in the queue."""

    def __init__(self, line: CallQueue) -> None:
        self._line = line
        self.used_seconds = 0.0

    def is_first(self, wait_seconds: float) -> bool:
        """Whether this call may work now; waits for its turn for a while."""
        return self._line.is_first(self, wait_seconds)

    def spend(self, seconds: float) -> None:
        """Records working time; the call may have to wait again then."""
        self._line.spend(self, seconds)

    def leave(self) -> None:
        """Frees the place for another call."""
        self._line.leave(self)
