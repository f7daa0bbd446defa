"""Limits what is open for long: requests that hold a thread, as uploads do, and answers that hold a connection."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from winnow_contracts.errors import RateLimited

LEAST_RESERVE = 4
_RETRY_SECONDS = 5


class Closable(Protocol):
    """A response that tells when it was sent, or its client has left."""

    def call_on_close(self, func: Callable[[], Any]) -> Any:
        """Call ``func`` then."""


R = TypeVar("R", bound=Closable)


def threads_for_long(threads: int) -> int:
    """How many may serve long requests: a quarter, and four where there are enough, always stay for short ones."""
    return max(1, threads - max(LEAST_RESERVE, threads // 4))


class LongRequests:
    """Counts the long requests of one kind in this process, per key and in all. Safe for threads.

    ``kind`` names them to people, as ``uploads and waits``.
    """

    def __init__(self, kind: str, *, per_key: int, total: int) -> None:
        self._kind = kind
        self._per_key = per_key
        self._total = total
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()

    @contextmanager
    def held(self, key_id: str, *, optional: bool = False) -> Iterator[None]:
        """Count a long request of this key while the block runs. Raises RateLimited if there are too many.

        What is ``optional`` leaves half of the places to what is not.
        """
        self._take(key_id, 2 if optional else 1)
        try:
            yield
        finally:
            self._give(key_id)

    def answer(self, key_id: str, make: Callable[[], R]) -> R:
        """The response that ``make`` returns, counted until it is closed. Raises RateLimited if there are too many."""
        self._take(key_id)
        try:
            response = make()
        except BaseException:
            self._give(key_id)
            raise
        response.call_on_close(lambda: self._give(key_id))
        return response

    def _take(self, key_id: str, part: int = 1) -> None:
        with self._lock:
            held = self._held[key_id]
            if held >= self._per_key / part:
                raise RateLimited(
                    f"This key has {held} {self._kind} open, which is as many as it may.",
                    retry_after_seconds=_RETRY_SECONDS,
                    hint="Let one end, or close it. Short requests are answered meanwhile.",
                )
            if self._held.total() >= self._total / part:
                raise RateLimited(
                    f"As many {self._kind} are open as this gateway takes at once.",
                    retry_after_seconds=_RETRY_SECONDS,
                    hint="Try again in a moment. Short requests are answered meanwhile.",
                )
            self._held[key_id] += 1

    def _give(self, key_id: str) -> None:
        with self._lock:
            self._held[key_id] -= 1
            if not self._held[key_id]:
                del self._held[key_id]
