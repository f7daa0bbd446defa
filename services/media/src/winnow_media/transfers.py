"""Runs one transfer to or from the store so that it can be given up, even while the store says nothing."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import BinaryIO, TypeVar

T = TypeVar("T")

Check = Callable[[], None]

_SLICE_SECONDS = 0.25
_NOTICE_SECONDS = 0.5
"""A transfer that moves notices within this time that it was given up."""


class GivenUp(Exception):
    """Raised inside a transfer that nobody waits for any more."""


def stoppable(transfer: Callable[[Check], T], check: Check) -> T:
    """The result of ``transfer``, which runs on a thread of its own. What ``check`` raises ends the wait for it.

    ``transfer`` gets a check to ask between two chunks. A store that says nothing holds the thread until the
    connection's own time limit; nobody waits for that.
    """
    given_up = threading.Event()
    result: Future[T] = Future()

    def go_on() -> None:
        if given_up.is_set():
            raise GivenUp

    def run() -> None:
        try:
            result.set_result(transfer(go_on))
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is waited for
            result.set_exception(error)

    threading.Thread(target=run, name="transfer", daemon=True).start()
    try:
        while not wait((result,), _SLICE_SECONDS).done:
            check()
    except BaseException:
        given_up.set()
        wait((result,), _NOTICE_SECONDS)
        raise
    return result.result()


class CheckedReader:
    """A stream that asks ``check`` before each read, for those who read it to its end in one call."""

    def __init__(self, stream: BinaryIO, check: Check) -> None:
        self._stream = stream
        self._check = check

    def read(self, size: int = -1) -> bytes:
        """Some bytes, or what ``check`` raises."""
        self._check()
        return self._stream.read(size)
