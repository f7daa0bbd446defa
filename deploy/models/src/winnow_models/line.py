"""Calls wait in line for the one thing that works; who has used up its share goes to the back when others wait."""

import threading
from collections import deque


class QueueFull(Exception):
    """As many calls are served and wait as may."""


class CallQueue:
    """At most ``places`` calls are served at once and as many wait.

    One of them works at a time, for at least ``share_seconds`` before another goes first.
    """

    def __init__(self, places: int, share_seconds: float) -> None:
        self.places = places
        self._share_seconds = share_seconds
        self._turns: deque[QueuePlace] = deque()
        self._changed = threading.Condition()

    def enter(self) -> "QueuePlace":
        """A place at the back, to be left in the end. Raises LineFull."""
        with self._changed:
            if len(self._turns) >= 2 * self.places:
                raise QueueFull
            turn = QueuePlace(self)
            self._turns.append(turn)
            return turn

    def is_first(self, turn: "QueuePlace", wait_seconds: float) -> bool:
        """Whether it may work now; waits for it for a while."""
        with self._changed:
            return self._changed.wait_for(lambda: self._turns[0] is turn, wait_seconds)

    def spend(self, turn: "QueuePlace", seconds: float) -> None:
        """It has worked for so long; the next goes first where that was its share."""
        with self._changed:
            turn.used_seconds += seconds
            if turn.used_seconds >= self._share_seconds:
                turn.used_seconds = 0.0
                self._turns.remove(turn)
                self._turns.append(turn)
                self._changed.notify_all()

    def leave(self, turn: "QueuePlace") -> None:
        """Make room."""
        with self._changed:
            self._turns.remove(turn)
            self._changed.notify_all()


class QueuePlace:
    """One call's place in a line."""

    def __init__(self, line: CallQueue) -> None:
        self._line = line
        self.used_seconds = 0.0

    def is_first(self, wait_seconds: float) -> bool:
        """Whether it may work now; waits for it for a while."""
        return self._line.is_first(self, wait_seconds)

    def spend(self, seconds: float) -> None:
        """Note time that it worked; it may have to wait again then."""
        self._line.spend(self, seconds)

    def leave(self) -> None:
        """Make room for another."""
        self._line.leave(self)
