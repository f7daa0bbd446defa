"""Reads an object by a presigned link, in an event loop: hundreds of open reads cost a socket each, and no thread."""

import re
import socket
import ssl
import threading
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from winnow_base.nonblocking import connected, received_into, sent
from winnow_contracts.errors import NotFound, Unavailable

PIECE_BYTES = 64 << 10
"""A client that pauses keeps up to so much of ours; larger pieces were no cheaper (decision 79)."""
_CONNECT_SECONDS = 3.0
_HEAD_BYTES = 16 << 10
_END = b"\r\n\r\n"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """``length`` bytes, more than none, from ``start`` of the object that ``link`` gives."""

    link: str
    key: str
    start: int
    length: int


class LinkReading:
    """Reads from one store. Safe for threads; all reads of one thread, which is of one event loop, share a buffer."""

    def __init__(self, *, secure: bool, silence_seconds: float) -> None:
        self._secure = secure
        self._silence_seconds = silence_seconds
        self._buffers = threading.local()

    @cached_property
    def _tls(self) -> ssl.SSLContext | None:
        return ssl.create_default_context() if self._secure else None

    @property
    def _buffer(self) -> memoryview:
        if not hasattr(self._buffers, "own"):
            self._buffers.own = memoryview(bytearray(PIECE_BYTES))
        return self._buffers.own  # type: ignore[no-any-return]

    async def pieces(self, wanted: Wanted) -> AsyncGenerator[memoryview, None]:
        """The bytes, in pieces that are overwritten once the loop goes on.

        Raises NotFound, and Unavailable(dependency="s3") if the store does not answer or ends too early.
        """
        address = urlsplit(wanted.link)
        port = address.port or (443 if self._tls else 80)
        last = wanted.start + wanted.length - 1
        request = (
            f"GET {address.path}?{address.query} HTTP/1.1\r\nHost: {address.netloc}\r\n"
            f"Range: bytes={wanted.start}-{last}\r\nConnection: close\r\n\r\n"
        )
        try:
            with await connected(address.hostname or "", port, self._tls, _CONNECT_SECONDS) as store:
                await sent(store, request.encode("latin-1"), self._silence_seconds)
                buffer = self._buffer
                begun = await self._after_head(store, buffer, wanted)
                left = wanted.length - len(begun)
                if begun:
                    yield memoryview(begun)
                while left > 0:
                    count = await received_into(store, buffer[: min(left, PIECE_BYTES)], self._silence_seconds)
                    if not count:
                        raise _unavailable(f"ended {left} bytes too early", wanted.key)
                    left -= count
                    yield buffer[:count]
        except OSError as error:
            raise _unavailable(f"does not answer ({type(error).__name__})", wanted.key) from error

    async def _after_head(self, store: socket.socket, buffer: memoryview, wanted: Wanted) -> bytes:
        """What came of the content together with the answer's head."""
        came = bytearray()
        while _END not in came:
            count = await received_into(store, buffer, self._silence_seconds)
            came += buffer[:count]
            if not count or len(came) > _HEAD_BYTES + PIECE_BYTES:
                raise _unavailable("answered without an end of its head", wanted.key)
        head, _, begun = bytes(came).partition(_END)
        status = re.match(rb"HTTP/1\.[01] ([0-9]{3})", head)
        length = re.search(rb"(?i)\r\ncontent-length:[ \t]*([0-9]+)", head)
        if status and status[1] == b"404":
            raise NotFound(f"there is no object {wanted.key}")
        if not status or status[1] != b"206" or not length or int(length[1]) != wanted.length:
            first_line = head.partition(b"\r\n")[0].decode("latin-1")[:100]
            raise _unavailable(f"did not give {wanted.length} bytes but answered {first_line!r}", wanted.key)
        return begun


def _unavailable(what: str, key: str) -> Unavailable:
    return Unavailable(f"the object store {what} for {key}", dependency="s3")
