"""Limits what is open for long: requests that hold a thread, and those that hold no more than a connection."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
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

    ``kind`` names them to people, as ``uploads``.
    """

    def __init__(self, kind: str, *, per_key: int, total: int) -> None:
        self._kind = kind
        self._per_key = per_key
        self._total = total
        self._held: Counter[str] = Counter()
        self._queue: list[_Turn] = []
        self._lock = threading.Lock()

    @contextmanager
    def held(self, key_id: str) -> Iterator[None]:
        """Count a long request of this key while the block runs. Raises RateLimited if there are too many."""
        self._take(key_id)
        try:
            yield
        finally:
            self.end(key_id)

    def answer(self, key_id: str, make: Callable[[], R]) -> R:
        """The response that ``make`` returns, counted until it is closed. Raises RateLimited if there are too many."""
        self._take(key_id)
        try:
            response = make()
        except BaseException:
            self.end(key_id)
            raise
        response.call_on_close(lambda: self.end(key_id))
        return response

    async def turn(self, key_id: str) -> None:
        """Count a long request of this key until ``end``, as soon as it is not one too many; the longest waiting first.

        For an event loop.
        """
        with self._lock:
            if self._room(key_id):
                self._held[key_id] += 1
                return
            turn = _Turn(key_id, asyncio.get_running_loop().create_future())
            self._queue.append(turn)
        try:
            await turn.come
        except asyncio.CancelledError:
            self._give_up(turn)
            raise

    def end(self, key_id: str) -> None:
        """Count one of this key no longer, and let whose turn it is go on."""
        with self._lock:
            self._held[key_id] -= 1
            if not self._held[key_id]:
                del self._held[key_id]
            turn = next((one for one in self._queue if self._room(one.key_id)), None)
            if turn is not None:
                self._queue.remove(turn)
                self._held[turn.key_id] += 1
                turn.tell()

    def _give_up(self, turn: "_Turn") -> None:
        with self._lock:
            waits = turn in self._queue
            if waits:
                self._queue.remove(turn)
        if not waits:  # its turn had come
            self.end(turn.key_id)

    def _room(self, key_id: str) -> bool:
        return self._held[key_id] < self._per_key and self._held.total() < self._total

    def _take(self, key_id: str) -> None:
        with self._lock:
            if self._room(key_id):
                self._held[key_id] += 1
                return
            held = self._held[key_id]
        if held >= self._per_key:
            raise RateLimited(
                f"This key has {held} {self._kind} open, which is as many as it may.",
                retry_after_seconds=_RETRY_SECONDS,
                hint="Let one end, or close it. Short requests are answered meanwhile.",
            )
        raise RateLimited(
            f"As many {self._kind} are open as this gateway takes at once.",
            retry_after_seconds=_RETRY_SECONDS,
            hint="Try again in a moment. Short requests are answered meanwhile.",
        )


@dataclass(frozen=True, eq=False)
class _Turn:
    key_id: str
    come: asyncio.Future[None]

    def tell(self) -> None:
        """Let the one who waits go on; safe for threads."""
        with suppress(RuntimeError):  # its loop has ended, and so has whoever waited
            self.come.get_loop().call_soon_threadsafe(self._set)

    def _set(self) -> None:
        if not self.come.done():
            self.come.set_result(None)
