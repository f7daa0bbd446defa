"""Ends a wait for PostgreSQL on this side: at a time limit, or when nobody waits for the answer any more.

PostgreSQL's own limits help only while its host answers. One that vanishes leaves a thread waiting for hours. psycopg2
calls ``wait`` wherever it would block (its "wait callback"), so no call can outlast the limit.
"""

import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from psycopg2 import extensions

from winnow_contracts.errors import TimedOut, Unavailable

CONNECT_SECONDS = 5.0
_LOOK_SECONDS = 0.25
"""How often at least a wait checks whether its caller has gone."""
_LEAST_SECONDS = 0.5
"""What each wait gets, also late: an end of transaction must not break a good connection."""


class WaitingConnection(extensions.connection):
    """A connection whose waits end ``limit_seconds`` after they began. Then it is closed."""

    limit_seconds = CONNECT_SECONDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prepared: set[str] = set()
        """The statements that this connection has prepared."""


@dataclass(frozen=True)
class _Caller:
    deadline: float
    is_gone: Callable[[], bool]


_caller: ContextVar[_Caller | None] = ContextVar("caller", default=None)


@contextmanager
def on_behalf_of(seconds: float, is_gone: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Let every wait of this thread inside the block end ``seconds`` after its beginning, or when ``is_gone``.

    Such a wait raises TimedOut and closes its connection, which makes PostgreSQL cancel the statement within a second.

    Example::

        with on_behalf_of(2.0), database.transaction() as transaction:
            transaction.rows("search", parameters)
    """
    token = _caller.set(_Caller(time.monotonic() + seconds, is_gone))
    try:
        yield
    finally:
        _caller.reset(token)


def seconds_left() -> float | None:
    """How long the present caller still waits, in seconds; None if the work is nobody's in particular."""
    caller = _caller.get()
    return None if caller is None else max(caller.deadline - time.monotonic(), 0.0)


def wait(connection: extensions.connection) -> None:
    """Wait until PostgreSQL has answered. Raises Unavailable or TimedOut; psycopg2 then closes the connection."""
    began = time.monotonic()
    limit_seconds = getattr(connection, "limit_seconds", CONNECT_SECONDS)
    while (state := connection.poll()) != extensions.POLL_OK:
        events = select.POLLIN if state == extensions.POLL_READ else select.POLLOUT
        poll = select.poll()
        poll.register(connection.fileno(), events)
        while not poll.poll(_LOOK_SECONDS * 1000):
            _check(began, limit_seconds)


def _check(began: float, limit_seconds: float) -> None:
    now = time.monotonic()
    if now - began > limit_seconds:
        raise Unavailable(
            f"PostgreSQL did not answer within {limit_seconds:g} seconds.",
            dependency="postgres",
            hint="It is tried again by itself.",
        )
    caller = _caller.get()
    if caller is None or now - began < _LEAST_SECONDS:
        return
    if now > caller.deadline or caller.is_gone():
        raise TimedOut("Whoever asked waits no longer.", code="unavailable", hint="Ask for less, or later.")


extensions.set_wait_callback(wait)
