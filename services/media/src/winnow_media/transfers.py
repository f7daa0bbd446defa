"""Runs one transfer to or from the store so that it can be cancelled, even while the store does not respond."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import BinaryIO, TypeVar

from winnow_base.background import start_thread

T = TypeVar("T")

Check = Callable[[], None]

_SLICE_SECONDS = 0.25
_NOTICE_SECONDS = 0.5
"""A transfer that makes progress notices within this time that it was cancelled."""


class GivenUp(Exception):
    """Raised inside a transfer that was cancelled."""


def stoppable(transfer: Callable[[Check], T], check: Check) -> T:
    """Run ``transfer`` on its own thread and return its result. What ``check`` raises ends the wait and is raised.

    ``transfer`` gets a check to call between two chunks. A store that does not respond holds the thread until the
    connection's own time limit, but the caller does not wait for that.
    """
    given_up = threading.Event()
    result: Future[T] = Future()

    def go_on() -> None:
        if given_up.is_set():
            raise GivenUp

    def run() -> None:
        try:
            result.set_result(transfer(go_on))
        except BaseException as error:  # noqa: BLE001 - raised again where the result is awaited
            result.set_exception(error)

    start_thread("transfer", "sends or fetches an object", run)
    try:
        while not wait((result,), _SLICE_SECONDS).done:
            check()
    except BaseException:
        given_up.set()
        wait((result,), _NOTICE_SECONDS)
        raise
    return result.result()


class CheckedReader:
    """A stream that calls ``check`` before each read, for callers that read it to its end in one call."""

    def __init__(self, stream: BinaryIO, check: Check) -> None:
        self._stream = stream
        self._check = check

    def read(self, size: int = -1) -> bytes:
        """Some bytes. Raises what ``check`` raises."""
        self._check()
        return self._stream.read(size)
