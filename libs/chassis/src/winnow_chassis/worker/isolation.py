"""Isolation: tasks share the process, but a task that may have killed one runs alone."""

import contextlib
import threading
from collections.abc import Iterator


class IsolationLock:
    """A lock for any number of tasks together, or one task alone.

    A task that waits to run alone goes before later ones.
    """

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._changed = threading.Condition()
        self._inside = 0
        self._waiting_alone = 0
        self._taken = False

    @contextlib.contextmanager
    def entered(self, *, alone: bool) -> Iterator[bool]:
        """Hold the lock in this block. Yields False if the process began to stop before the lock was free."""
        got = self._enter_alone() if alone else self._enter()
        try:
            yield got
        finally:
            if got:
                with self._changed:
                    self._inside -= 1
                    self._taken = False if alone else self._taken
                    self._changed.notify_all()

    def share(self) -> None:
        """Let others in beside the task that has the lock alone. It is that task's thread that calls."""
        with self._changed:
            self._taken = False
            self._changed.notify_all()

    def _enter(self) -> bool:
        with self._changed:
            while self._taken or self._waiting_alone:
                if self._stopping.is_set():
                    return False
                self._changed.wait(timeout=0.5)
            self._inside += 1
            return True

    def _enter_alone(self) -> bool:
        with self._changed:
            self._waiting_alone += 1
            try:
                while self._inside:
                    if self._stopping.is_set():
                        return False
                    self._changed.wait(timeout=0.5)
                self._inside, self._taken = 1, True
                return True
            finally:
                self._waiting_alone -= 1
                self._changed.notify_all()
