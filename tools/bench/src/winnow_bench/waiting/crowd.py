"""Clients that hold connections of a gateway: paused players, followers of a job, slow uploads, half request heads."""

import select
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from types import TracebackType
from urllib.parse import urlsplit

from winnow_contracts.errors import Conflict

KEY_SHARE = 50
"""How many requests of a kind each key has open: a gateway's process gives it twice as many."""
_LITTLE_BYTES = 16 << 10
"""Of its answer a paused player takes about so much."""
_SECONDS = 30
_UPLOAD_BYTES = 10 << 10
"""A slow upload sends so much a second."""


class Crowd:
    """Connections to one gateway, closed at the end of the block. Raises OSError if it takes none."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "", parts.port or 80)
        self._clients = ExitStack()
        self._asked: list[socket.socket] = []

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
            self._asked.append(client)

    def upload(self, path: str, body: bytes, keys: Sequence[str], count: int) -> None:
        """Begin to upload ``body`` ``count`` times, 10 KiB of each in a second until the block ends."""
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
        slow = [
            self._connected(f"{head}Authorization: Bearer {keys[number // KEY_SHARE]}\r\n\r\n")
            for number in range(count)
        ]
        self._asked += slow
        ended = threading.Event()
        sending = threading.Thread(target=_trickle, args=(slow, body, ended))
        sending.start()
        self._clients.callback(sending.join)
        self._clients.callback(ended.set)

    def half_heads(self, count: int) -> None:
        """Begin ``count`` requests."""
        for _ in range(count):
            self._connected("GET / HTTP/1.1\r\nHo")

    def still_open(self) -> int:
        """How many players, followers and uploads the gateway has neither ended nor given up."""
        return sum(_is_open(client) for client in self._asked)

    def _connected(self, sent: str) -> socket.socket:
        client = self._clients.enter_context(socket.socket())
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _LITTLE_BYTES)
        client.settimeout(_SECONDS)
        client.connect(self._address)
        client.sendall(sent.encode())
        return client


def _trickle(clients: Sequence[socket.socket], body: bytes, ended: threading.Event) -> None:
    """Send some of the body to each every second; to the ones after the others, so that their bytes do not come at
    once.
    """
    began = time.monotonic()
    for second, at in enumerate(range(0, len(body), _UPLOAD_BYTES)):
        for number, client in enumerate(clients):
            if ended.wait(max(0.0, began + second + number / len(clients) - time.monotonic())):
                return
            if _is_open(client):
                client.sendall(body[at : at + _UPLOAD_BYTES])


def _is_open(client: socket.socket) -> bool:
    """Whether the other side has neither ended nor broken the connection; what it sent may lie there unread."""
    ended = select.poll()
    ended.register(client, select.POLLRDHUP)
    return not ended.poll(0)
