"""Connections that need no thread now, because their next move is the client's."""

import logging
import selectors
import socket
import time
from collections.abc import Callable
from typing import Any

from gunicorn.workers.gthread import TConn

from winnow_base.http.paced_socket import PacedSocket

_LOG = logging.getLogger(__name__)
HEAD_BYTES = 65_536
"""A head that is longer and has not ended is refused. Browsers' heads, cookies and all, take some thousands."""
_CLOSE_SECONDS = 2.0
_END = b"\r\n\r\n"


class Connection(TConn):  # type: ignore[misc]  # gunicorn has no types
    """A client's connection, with what has come of its next request's head."""

    sock: PacedSocket

    def __init__(self, cfg: Any, sock: PacedSocket, client: Any, server: Any) -> None:
        super().__init__(cfg, sock, client, server)
        self.head = bytearray()
        self.detached: tuple[Any, Any] | None = None  # an answer that needs no thread any more, and its body
        self.idle = False
        self.deadline = 0.0
        self.data_ready = True  # a thread gets it with the whole head: there is nothing to wait for

    @property
    def has_head(self) -> bool:
        """Whether the whole head has come."""
        return _END in self.head

    def init(self) -> None:
        """Prepare for a request, and give its head to gunicorn's parser."""
        super().init()
        self.parser.unreader.unread(bytes(self.head))
        self.head.clear()


class WaitingConnections:
    """Waits in the worker's poller for heads, for next requests and for clients to close, with a deadline for each.

    ``ready`` gets a connection whose head has come, or is too long; ``gone`` one that was closed.
    """

    def __init__(
        self,
        poller: selectors.BaseSelector,
        head_seconds: float,
        *,
        ready: Callable[[Connection], None],
        gone: Callable[[Connection], None],
    ) -> None:
        self._poller = poller
        self._head_seconds = head_seconds
        self._ready = ready
        self._gone = gone
        self._waiting: dict[Connection, None] = {}

    def for_head(self, connection: Connection, idle_seconds: float | None = None) -> None:
        """Wait for a head: ``idle_seconds`` for its first byte, then ``head_seconds``; from now on where None."""
        if connection.has_head:
            self._ready(connection)
            return
        connection.sock.setblocking(False)
        connection.idle = idle_seconds is not None and not connection.head
        seconds = self._head_seconds if idle_seconds is None or not connection.idle else idle_seconds
        self._wait(connection, seconds, self._read_head)

    def for_close(self, connection: Connection) -> None:
        """Say that no more comes and wait a moment for the client to close: a reset could discard the answer."""
        try:
            connection.sock.setblocking(False)
            if not connection.sock.dropped:
                connection.sock.shutdown(socket.SHUT_WR)
                self._wait(connection, _CLOSE_SECONDS, self._discard)
                return
        except OSError:
            _LOG.debug("A client had closed its connection before us.")
        self._end(connection)

    def expire(self, now: float) -> None:
        """Close the connections whose deadline has passed; with infinity, all."""
        for connection in [one for one in self._waiting if one.deadline <= now]:
            self._leave(connection)
            self._end(connection)

    def cap(self, deadline: float) -> None:
        """Let nobody here wait beyond ``deadline``."""
        for connection in self._waiting:
            connection.deadline = min(connection.deadline, deadline)

    def drop_longest(self) -> None:
        """Close the connection that has waited for longest, if any waits."""
        if connection := next(iter(self._waiting), None):
            self._leave(connection)
            self._end(connection)

    def _wait(self, connection: Connection, seconds: float, on_readable: Callable[[Connection], None]) -> None:
        connection.deadline = time.monotonic() + seconds
        self._waiting[connection] = None
        # The poller calls with the socket; the connection is what matters.
        self._poller.register(connection.sock, selectors.EVENT_READ, lambda _: on_readable(connection))

    def _read_head(self, connection: Connection) -> None:
        data = _received(connection.sock)
        if data == b"":
            self._leave(connection)
            self._end(connection)
        elif data:
            if connection.idle:
                connection.idle = False
                connection.deadline = time.monotonic() + self._head_seconds
            connection.head += data
            if connection.has_head or len(connection.head) > HEAD_BYTES:
                self._leave(connection)
                self._ready(connection)

    def _discard(self, connection: Connection) -> None:
        if _received(connection.sock) == b"":
            self._leave(connection)
            self._end(connection)

    def _leave(self, connection: Connection) -> None:
        del self._waiting[connection]
        self._poller.unregister(connection.sock)

    def _end(self, connection: Connection) -> None:
        connection.close()
        self._gone(connection)


def _received(client: PacedSocket) -> bytes | None:
    """What has come: None for nothing yet, empty if the connection has ended."""
    try:
        return client.recv(16_384)
    except (BlockingIOError, InterruptedError):
        return None
    except OSError:
        return b""
