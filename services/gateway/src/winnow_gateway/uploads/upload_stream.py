"""An upload's bytes on their way from client to store: counted, hashed, bounded, never whole in memory."""

import hashlib
import time
from typing import Any

from flask import Request
from gunicorn.http.errors import ParseException

from winnow_contracts.errors import BadInput
from winnow_contracts.formats import SNIFF_BYTES
from winnow_gateway.http.problems import FieldError

DRAIN_BYTES = 64 << 20
DRAIN_SECONDS = 5.0
_CHUNK_BYTES = 1 << 16


class UploadBody:
    """The bytes of one upload as a stream. ``announced_bytes`` is its Content-Length, None where it gave none.

    ``read`` raises FieldError: ``too-large`` past ``limit_bytes``, ``size-mismatch`` where the stream ends early.
    """

    def __init__(self, source: Any, *, announced_bytes: int | None, limit_bytes: int) -> None:
        self._source = source
        self._announced_bytes = announced_bytes
        self._limit_bytes = limit_bytes
        self._hash = hashlib.sha256()
        self._head = b""
        self.size_bytes = 0
        if announced_bytes is not None and announced_bytes > limit_bytes:
            raise too_large(limit_bytes)

    def peek(self) -> bytes:
        """The first bytes, as many as sniffing wants; they are read again by ``read``."""
        while len(self._head) < SNIFF_BYTES and (data := self._take(SNIFF_BYTES - len(self._head))):
            self._head += data
        return self._head

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes (a chunk of the reader's choice for -1), empty at the end."""
        wanted = _CHUNK_BYTES if size < 0 else size
        if self._head:
            data, self._head = self._head[:wanted], self._head[wanted:]
            return data
        return self._take(wanted)

    def read_out(self) -> None:
        """Read to the end and keep nothing: the hash is wanted alone."""
        while self.read():
            pass

    @property
    def sha256(self) -> str:
        """Hash of all bytes read so far, as hex."""
        return self._hash.hexdigest()

    def _take(self, wanted: int) -> bytes:
        try:
            data: bytes = self._source.read(wanted)
        except TimeoutError as error:
            raise self._cut_off("nothing more came for too long") from error
        except (OSError, ParseException) as error:
            raise self._cut_off("the connection or its framing broke") from error
        self.size_bytes += len(data)
        self._hash.update(data)
        if self.size_bytes > self._limit_bytes:
            raise too_large(self._limit_bytes)
        if not data and wanted and self._announced_bytes not in (None, self.size_bytes):
            raise self._cut_off(f"{self._announced_bytes} were announced")
        return data

    def _cut_off(self, why: str) -> FieldError:
        return FieldError(
            f"The upload ended after {self.size_bytes} bytes: {why}. Nothing was kept.",
            pointer="#/size_bytes",
            code="size-mismatch",
            hint="Upload the file again.",
        )


class _Limited:
    """Reads no further than the announced end, for servers that would wait for more."""

    def __init__(self, source: Any, length: int) -> None:
        self._source = source
        self._left = length

    def read(self, size: int) -> bytes:
        data: bytes = self._source.read(min(size, self._left))
        self._left -= len(data)
        return data


def raw_body(request: Request, *, limit_bytes: int, stall_seconds: int) -> UploadBody:
    """The request's body as it comes off the connection. Raises FieldError if it announces too much."""
    length = request.content_length
    connection = request.environ.get("gunicorn.socket")
    if connection is not None:
        connection.settimeout(stall_seconds)
    source = request.environ["wsgi.input"]
    if not request.environ.get("wsgi.input_terminated"):
        source = _Limited(source, length or 0)
    return UploadBody(source, announced_bytes=length, limit_bytes=limit_bytes)


def drain(request: Request) -> None:
    """Read on for a moment after an early answer: a client that still sends would lose the answer to a reset."""
    connection = request.environ.get("gunicorn.socket")
    if connection is None:
        return
    source, deadline, left = request.environ["wsgi.input"], time.monotonic() + DRAIN_SECONDS, DRAIN_BYTES
    connection.settimeout(1)
    try:
        while left > 0 and time.monotonic() < deadline and (data := source.read(_CHUNK_BYTES)):
            left -= len(data)
    except (OSError, ParseException):
        # The client is gone or waits for us: either way it needs no more reading.
        return


def too_large(limit_bytes: int, *, what: str = "file", hint: str = "Send a smaller or shorter file.") -> FieldError:
    """The error for an upload over the limit."""
    return FieldError(
        f"The {what} is larger than the {limit_bytes} bytes that are accepted.",
        pointer="#/size_bytes",
        code="too-large",
        hint=hint,
        max_bytes=limit_bytes,
    )


def empty_file() -> BadInput:
    """The error for an upload without a byte."""
    return FieldError(
        "The file has no bytes.", pointer="#/size_bytes", code="empty-file", hint="Choose the file again."
    )
