"""A client that costs next to nothing: empty drills over one kept connection, as bytes prepared beforehand."""

import json
import socket
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from winnow_contracts.errors import Unavailable

PATH = "/v1/ops/drills"
_DRILL = json.dumps({"steps": 0, "work_ms": 0}).encode()
_LIMIT_SECONDS = 60
_HEAD_END = b"\r\n\r\n"


class DrillClient:
    """Asks for empty drills, each with an Idempotency-Key of its own, one at a time.

    The standard library's client takes longer to read an answer's head than the rest of a client's work together, and
    clients and gateway share the machine's processors.
    """

    def __init__(self, url: str, key: str, *, path: str = PATH, body: bytes = _DRILL) -> None:
        address = urlsplit(url)
        self._head = (
            f"POST {path} HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer {key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nIdempotency-Key: "
        ).encode()
        self._body = body
        self._socket = socket.create_connection((address.hostname, address.port), timeout=_LIMIT_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __call__(self) -> None:
        """Ask once. Raises Unavailable for an answer other than 202."""
        self._asked()

    def ask(self) -> dict[str, Any]:
        """Ask once, and return the answer. Raises Unavailable for one other than 202."""
        answer: dict[str, Any] = json.loads(self._asked())
        return answer

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def _asked(self) -> bytes:
        self._socket.sendall(self._head + uuid.uuid4().hex.encode() + _HEAD_END + self._body)
        head, _, body = self._received(lambda data: _HEAD_END in data).partition(_HEAD_END)
        fields = head.lower().split(b"\r\n")
        size = next((int(field[15:]) for field in fields if field.startswith(b"content-length:")), None)
        if size is None:
            raise Unavailable(f"The gateway answered without a length: {head!r}", dependency="gateway")
        body = self._received(lambda data: len(data) >= size, body)
        if head.split(b" ", 2)[1] != b"202":
            raise Unavailable(f"The gateway refused a job: {head[:40]!r} {body[:200]!r}", dependency="gateway")
        return body

    def _received(self, is_whole: Callable[[bytes], bool], data: bytes = b"") -> bytes:
        while not is_whole(data):
            more = self._socket.recv(65_536)
            if not more:
                raise Unavailable("The gateway closed the connection.", dependency="gateway")
            data += more
        return data
