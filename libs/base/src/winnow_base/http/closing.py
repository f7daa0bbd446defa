"""What is done at the end of something that outlives the call that made it."""

from collections.abc import Callable
from typing import Any


class Closing:
    """Calls functions at its end, the last one first."""

    def __init__(self) -> None:
        self._at_end: list[Callable[[], Any]] = []

    def call_on_close(self, func: Callable[[], Any]) -> Callable[[], Any]:
        """Call ``func`` at the end."""
        self._at_end.append(func)
        return func

    def close(self) -> None:
        """End it. Harmless if called again."""
        while self._at_end:
            self._at_end.pop()()
