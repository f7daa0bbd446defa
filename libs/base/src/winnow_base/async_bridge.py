"""Runs async calls on one event loop for the threads of tasks, so that a waiting thread can cancel its call."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import wait
from typing import Any, TypeVar

from winnow_base.background import start_thread

T = TypeVar("T")

Check = Callable[[], None]
"""Called repeatedly while a call runs; raises to cancel it."""

_SLICE_SECONDS = 0.25
_CLOSE_SECONDS = 5.0


class AsyncBridge:
    """One event loop on a thread of its own. Safe for threads.

    The thread starts with the first call, so a bridge that was made before a fork works after it. ``name`` and
    ``purpose`` are the thread's.
    """

    def __init__(self, name: str = "calls", purpose: str = "runs async calls of tasks") -> None:
        self._name = name
        self._purpose = purpose
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def run(self, call: Coroutine[Any, Any, T], check: Check) -> T:
        """The result of ``call``, or whatever it raises.

        If ``check`` raises, the call is cancelled, its connection is closed, and the error of ``check`` is raised.
        """
        future = asyncio.run_coroutine_threadsafe(call, self._running())
        try:
            while not wait((future,), _SLICE_SECONDS).done:
                check()
        except BaseException:
            future.cancel()
            raise
        return future.result()

    def close(self, last: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Cancel all running calls, run ``last``, and end the thread. The bridge cannot be used afterwards."""
        with self._lock:
            loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(_end(last), loop).result(_CLOSE_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_CLOSE_SECONDS)
        loop.close()

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = start_thread(self._name, self._purpose, self._loop.run_forever)
            return self._loop


async def _end(last: Callable[[], Coroutine[Any, Any, None]]) -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await last()


def never() -> None:
    """A check that never cancels the call."""
