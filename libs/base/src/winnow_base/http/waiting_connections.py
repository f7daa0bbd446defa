"""Connections that need no thread now, because their next move is the client's."""

import logging
import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from winnow_base.http.connection import Connection
from winnow_base.http.incoming_body import CONTINUE
from winnow_base.http.paced_socket import ClientLimits, PacedSocket
from winnow_base.http.refused_requests import refusal
from winnow_contracts.errors import TimedOut

_LOG = logging.getLogger(__name__)
HEAD_BYTES = 65_536
"""A head that is longer and has not ended is refused. Browsers' heads, cookies and all, take some thousands."""
_CHUNK_BYTES = 1 << 16
_CLOSE_SECONDS = 2.0
"""How long a client may be silent that was answered and is to close."""
_DISCARD_SECONDS, _DISCARD_BYTES = 5.0, 64 << 20
"""How long it may send on instead, and how much: it was answered before its request had ended."""


class _Next(Enum):
    """The client's next move."""

    REQUEST = auto()
    HEAD = auto()
    BODY = auto()
    CLOSE = auto()


@dataclass
class _Wait:
    next: _Next
    deadline: float
    latest: float = 0.0
    discarded_bytes: int = 0


class WaitingConnections:
    """Waits in the worker's poller for requests, and for clients to close, with a deadline for each.

    A request has come with its head, and with its body if that is short. ``ready`` gets the connection then, and one
    whose head is too long; ``gone`` gets one that was closed.
    """

    def __init__(
        self,
        poller: selectors.BaseSelector,
        limits: ClientLimits,
        *,
        ready: Callable[[Connection], None],
        gone: Callable[[Connection], None],
    ) -> None:
        self._poller = poller
        self._limits = limits
        self._ready = ready
        self._gone = gone
        self._waiting: dict[Connection, _Wait] = {}

    def for_request(self, connection: Connection, idle_seconds: float | None = None) -> None:
        """Wait for a request: ``idle_seconds`` for its first byte; from now on for its head where that is None."""
        connection.sock.setblocking(False)
        if idle_seconds is not None and not connection.head:
            self._wait(connection, _Next.REQUEST, idle_seconds, self._read)
        else:
            self._wait(connection, _Next.HEAD, self._limits.head_seconds, self._read)
            self._look(connection)

    def for_close(self, connection: Connection) -> None:
        """Say that no more comes and wait a moment for the client to close: a reset could discard the answer."""
        try:
            connection.sock.setblocking(False)
            if not connection.sock.dropped:
                connection.sock.shutdown(socket.SHUT_WR)
                self._wait(connection, _Next.CLOSE, _CLOSE_SECONDS, self._discard)
                return
        except OSError:
            _LOG.debug("A client had closed its connection before us.")
        self._end(connection)

    def expire(self, now: float) -> None:
        """Give up the connections whose deadline has passed. Who owes the rest of a body is told so."""
        for connection in [one for one, wait in self._waiting.items() if wait.deadline <= now]:
            if self._leave(connection).next is _Next.BODY:
                self._refuse(connection)
            else:
                self._end(connection)

    def close_all(self) -> None:
        """Close every connection that waits."""
        for connection in list(self._waiting):
            self._leave(connection)
            self._end(connection)

    def cap(self, deadline: float) -> None:
        """Let nobody here wait beyond ``deadline``."""
        for wait in self._waiting.values():
            wait.deadline = min(wait.deadline, deadline)

    def drop_longest(self) -> None:
        """Close the connection that has waited for longest, if any waits."""
        if connection := next(iter(self._waiting), None):
            self._leave(connection)
            self._end(connection)

    def _wait(
        self, connection: Connection, move: _Next, seconds: float, on_readable: Callable[[Connection], None]
    ) -> None:
        now = time.monotonic()
        self._waiting[connection] = _Wait(next=move, deadline=now + seconds, latest=now + _DISCARD_SECONDS)
        # The poller calls with the socket; the connection is what matters.
        self._poller.register(connection.sock, selectors.EVENT_READ, lambda _: on_readable(connection))

    def _read(self, connection: Connection) -> None:
        data = _received(connection.sock)
        if data:
            connection.head += data
            self._look(connection)
        elif data == b"":
            cut_off = self._leave(connection).next is _Next.BODY
            (self._ready if cut_off else self._end)(connection)  # who reads the body says what is missing

    def _look(self, connection: Connection) -> None:
        """See how far the request has come, and what is to come of it."""
        wait = self._waiting[connection]
        if connection.is_whole or (len(connection.head) > HEAD_BYTES and not connection.has_head):
            self._leave(connection)
            self._ready(connection)
        elif connection.has_head and wait.next is not _Next.BODY:
            wait.next = _Next.BODY
            wait.deadline = time.monotonic() + self._limits.short_body_seconds(connection.announced.most_bytes)
            if connection.announced.is_to_be_asked_for:  # which costs less than to let a thread decide
                _send_at_once(connection.sock, CONTINUE)
        elif wait.next is _Next.REQUEST:
            wait.next = _Next.HEAD
            wait.deadline = time.monotonic() + self._limits.head_seconds

    def _refuse(self, connection: Connection) -> None:
        _LOG.info("A request was given up: its body came too slowly.")
        why = "The request was given up: its time was up before its body had all come."
        hint = "Send it again, over a faster connection if you can."
        _send_at_once(connection.sock, refusal(TimedOut(why, code="too-slow", hint=hint)))
        self.for_close(connection)

    def _discard(self, connection: Connection) -> None:
        data, wait, now = _received(connection.sock), self._waiting[connection], time.monotonic()
        if data is None:
            return
        wait.discarded_bytes += len(data)
        wait.deadline = min(now + _CLOSE_SECONDS, wait.latest)
        if not data or wait.discarded_bytes > _DISCARD_BYTES:
            self._leave(connection)
            self._end(connection)

    def _leave(self, connection: Connection) -> _Wait:
        self._poller.unregister(connection.sock)
        return self._waiting.pop(connection)

    def _end(self, connection: Connection) -> None:
        connection.close()
        self._gone(connection)


def _received(client: PacedSocket) -> bytes | None:
    """What has come: None for nothing yet, empty if the connection has ended."""
    try:
        return client.recv(_CHUNK_BYTES)
    except (BlockingIOError, InterruptedError):
        return None
    except OSError:
        return b""


def _send_at_once(client: PacedSocket, data: bytes) -> None:
    """Send a few bytes, for which the kernel has room unless the client takes nothing; then it needs none of them."""
    try:
        client.send(data)
    except OSError:
        _LOG.debug("A client did not take what was sent to it while it sent its request.")
