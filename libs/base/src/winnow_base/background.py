"""Background loops: one class under every thread that repeats its work, and the list of a process's threads."""

import contextvars
import logging
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from weakref import WeakKeyDictionary

_LOG = logging.getLogger(__name__)
_AFTER_ERROR_SECONDS = 1.0
_OF_LIBRARIES = {
    "MainThread": "starts the process, and waits until it is to end",
    "WorkerThread": "runs tasks (Dramatiq)",
    "ConsumerThread": "takes the messages of a lane (Dramatiq)",
    "ThreadPoolExecutor": "serves requests (gunicorn)",
    "OtelBatchSpanRecordProcessor": "exports spans (OpenTelemetry)",
    "process_request_thread": "answers a health check",
    "asyncio_": "looks up addresses (asyncio)",
}
"""Threads that are not started here: a part of the thread's or its class's name, and what it is for."""


@dataclass
class _Owned:
    purpose: str
    last_error: str = ""


_owned: WeakKeyDictionary[threading.Thread, _Owned] = WeakKeyDictionary()


class BackgroundLoop:
    """Calls ``turn`` again and again in a thread of its own, from ``start`` to ``stop``.

    ``turn`` returns the seconds until its next turn, or None for ``every_seconds``; ``wake`` ends that pause. Pauses
    are up to a tenth longer than asked for, so that nodes that started together do not work in step. A turn that raises
    is logged as "Unexpected error in NAME; continuing." and comes again after about a second: a loop ends only by
    ``stop``. A turn that takes long must look at ``stopping``; ``interrupt`` is called to end what it waits for.
    ``at_end`` is called in the thread after the last turn. ``purpose`` completes "this thread …" in ``threads``.

    Example::

        loop = BackgroundLoop("sweep", "removes objects that nothing names", sweep, every_seconds=60)
        loop.start()
        loop.wake()  # sweep now
        loop.stop()
    """

    def __init__(
        self,
        name: str,
        purpose: str,
        turn: Callable[[], float | None],
        *,
        every_seconds: float = 1.0,
        interrupt: Callable[[], None] = lambda: None,
        at_end: Callable[[], None] = lambda: None,
    ) -> None:
        self.stopping = threading.Event()
        self._name = name
        self._turn = turn
        self._every_seconds = every_seconds
        self._interrupt = interrupt
        self._at_end = at_end
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._about = _owned[self._thread] = _Owned(purpose)

    def start(self) -> None:
        """Start the loop; its first turn begins at once. A loop runs once: it cannot be started again."""
        self._thread.start()

    def wake(self) -> None:
        """Begin the next turn now. During a turn: as soon as that turn has ended."""
        self._woken.set()

    def stop(self, timeout_seconds: float = 10.0) -> None:
        """Let the present turn end, and wait for it no longer than ``timeout_seconds``. Harmless before ``start``."""
        self.stopping.set()
        self.wake()
        self._interrupt()
        if self._thread.ident is None:
            return
        self._thread.join(timeout_seconds)
        if self._thread.is_alive():
            _LOG.warning("A background loop did not end in time.", extra={"loop": self._name})

    def pause(self, seconds: float) -> None:
        """Wait inside a turn, but no longer than until ``stop``."""
        self.stopping.wait(seconds)

    def _run(self) -> None:
        while not self.stopping.is_set():
            self._woken.clear()
            pause_seconds = self._one_turn()
            if pause_seconds > 0 and not self.stopping.is_set():  # stop() may have woken it before the clear above
                self._woken.wait(pause_seconds)
        self._guarded(self._at_end)

    def _one_turn(self) -> float:
        """Take a turn; returns the seconds until the next one."""
        asked: list[float | None] = []
        if not self._guarded(lambda: asked.append(self._turn())):
            self.pause(_AFTER_ERROR_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311 - jitter is no secret
            return 0.0
        seconds = self._every_seconds if asked[0] is None else asked[0]
        return seconds * random.uniform(1.0, 1.1)  # noqa: S311 - jitter is no secret

    def _guarded(self, work: Callable[[], object]) -> bool:
        try:
            work()
        except Exception as bug:  # noqa: BLE001 - nobody would start this thread again
            self._about.last_error = f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {bug!r}"
            _LOG.exception(f"Unexpected error in {self._name}; continuing.")
            return False
        return True


def start_thread(name: str, purpose: str, run: Callable[[], object]) -> threading.Thread:
    """Start a daemon thread that calls ``run`` once, and list it in ``threads``. An exception is logged.

    It runs in a copy of the caller's context: what it logs belongs to the same trace.
    """

    def guarded() -> None:
        try:
            run()
        except Exception as bug:  # noqa: BLE001 - the thread's end is the last place to say what happened
            about.last_error = repr(bug)
            _LOG.exception(f"Unexpected error in {name}.")

    context = contextvars.copy_context()
    thread = threading.Thread(target=lambda: context.run(guarded), name=name, daemon=True)
    about = _owned[thread] = _Owned(purpose)
    thread.start()
    return thread


def thread_pool(name: str, purpose: str, most: int) -> ThreadPoolExecutor:
    """A pool of up to ``most`` threads, each begun when first needed and listed in ``threads``."""
    return ThreadPoolExecutor(most, name, lambda: _owned.setdefault(threading.current_thread(), _Owned(purpose)))


@dataclass(frozen=True, kw_only=True)
class ThreadInfo:
    """A living thread: its name, what it is for, and the last unexpected error in it, or ''."""

    name: str
    purpose: str
    last_error: str = ""


def threads() -> list[ThreadInfo]:
    """Every living Python thread of this process, by name. The health port serves the list as ``/threads``.

    The purpose is '' for a thread that neither Winnow nor a library known here has started.
    """
    return sorted((_info(thread) for thread in threading.enumerate()), key=lambda one: (one.name, one.purpose))


def _info(thread: threading.Thread) -> ThreadInfo:
    about = _owned.get(thread)
    if about is not None:
        return ThreadInfo(name=thread.name, purpose=about.purpose, last_error=about.last_error)
    told = f"{thread.name} {type(thread).__name__}"
    purposes = [purpose for part, purpose in _OF_LIBRARIES.items() if part in told]
    return ThreadInfo(name=thread.name, purpose=purposes[0] if purposes else "")
