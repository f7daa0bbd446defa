"""A model that is in memory only while it is used, and some minutes longer."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from winnow_base.memory import trim_heap

T = TypeVar("T")


class IdleModel(Generic[T]):
    """What ``load`` returns, loaded at first use and dropped after ``idle_seconds`` without use. Safe for threads."""

    def __init__(self, load: Callable[[], T], *, idle_seconds: float = math.inf) -> None:
        self._load = load
        self._idle_seconds = idle_seconds
        self._model: T | None = None
        self._users = 0
        self._used_at = 0.0
        self._watched = False
        self._lock = threading.Lock()

    @property
    def loaded(self) -> bool:
        """Whether the model is in memory."""
        return self._model is not None

    @contextmanager
    def used(self) -> Iterator[T]:
        """The model, which is not dropped within this block. Raises what ``load`` raises."""
        with self._lock:
            if self._model is None:
                self._model = self._load()
            model = self._model
            self._users += 1
        try:
            yield model
        finally:
            with self._lock:
                self._users -= 1
                self._used_at = time.monotonic()
                if not self._watched and math.isfinite(self._idle_seconds):
                    self._watch(self._idle_seconds)

    def _watch(self, seconds: float) -> None:
        # One timer, which looks when it was last used, instead of a new one for each of many short uses.
        self._watched = True
        timer = threading.Timer(seconds, self._drop_if_idle)
        timer.daemon = True
        timer.start()

    def _drop_if_idle(self) -> None:
        with self._lock:
            left_seconds = self._used_at + self._idle_seconds - time.monotonic()
            if self._users or left_seconds > 0:
                self._watch(max(left_seconds, 0.1))
                return
            self._model, self._watched = None, False
        trim_heap()
