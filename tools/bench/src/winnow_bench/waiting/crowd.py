"""Clients that hold connections of a gateway and do nothing: paused players, followers of a job, half request heads."""

import select
import socket
from collections.abc import Sequence
from contextlib import ExitStack
from types import TracebackType
from urllib.parse import urlsplit

from winnow_contracts.errors import Conflict

KEY_SHARE = 50
"""How many answers each key has open: a gateway's process gives it twice as many."""
_LITTLE_BYTES = 16 << 10
"""Of its answer a paused player takes about so much."""
_SECONDS = 30


class Crowd:
    """Connections to one gateway, closed at the end of the block. Raises OSError if it takes none."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "", parts.port or 80)
        self._clients = ExitStack()
        self._answered: list[socket.socket] = []

    def __enter__(self) -> "Crowd":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._clients.close()

    def ask(self, path: str, keys: Sequence[str], count: int) -> None:
        """Ask ``count`` times and read no more than the status. Raises Conflict if it is not 200."""
        for number in range(count):
            key = keys[number // KEY_SHARE]
            client = self._connected(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n")
            status = client.recv(12).decode("latin-1")
            if status != "HTTP/1.1 200":
                raise Conflict(f"The gateway answered {path} with {status!r}.", hint="Its log may say why.")
            self._answered.append(client)

    def half_heads(self, count: int) -> None:
        """Begin ``count`` requests."""
        for _ in range(count):
            self._connected("GET / HTTP/1.1\r\nHo")

    def still_open(self) -> int:
        """How many answers the gateway has neither ended nor given up."""
        return sum(_is_open(client) for client in self._answered)

    def _connected(self, sent: str) -> socket.socket:
        client = self._clients.enter_context(socket.socket())
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _LITTLE_BYTES)
        client.settimeout(_SECONDS)
        client.connect(self._address)
        client.sendall(sent.encode())
        return client


def _is_open(client: socket.socket) -> bool:
    """Whether the other side has neither ended nor broken the connection; what it sent may lie there unread."""
    ended = select.poll()
    ended.register(client, select.POLLRDHUP)
    return not ended.poll(0)
