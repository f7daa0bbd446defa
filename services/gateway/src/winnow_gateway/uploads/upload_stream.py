"""Streams an upload's bytes from client to store: counted, hashed, limited, never whole in memory."""

import hashlib
from typing import Any

from flask import Request
from gunicorn.http.errors import ParseException

from winnow_base.http.paced_socket import TooSlow
from winnow_contracts.errors import BadInput
from winnow_contracts.formats import SNIFF_BYTES
from winnow_gateway.http.client_pace import end_body_within
from winnow_gateway.http.problems import FieldError, too_slow

_CHUNK_BYTES = 1 << 16


class UploadBody:
    """The bytes of one upload as a stream. ``announced_bytes`` is its Content-Length, None if there is none.

    ``read`` raises FieldError: ``too-large`` past ``limit_bytes``, ``size-mismatch`` if the stream ends early; and
    TimedOut, ``too-slow``.
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
        """Returns the first bytes, as many as type detection needs; ``read`` returns them again."""
        while len(self._head) < SNIFF_BYTES and (data := self._take(SNIFF_BYTES - len(self._head))):
            self._head += data
        return self._head

    def read(self, size: int = -1) -> bytes:
        """Returns up to ``size`` bytes (for -1 a chunk of its own size), empty at the end."""
        wanted = _CHUNK_BYTES if size < 0 else size
        if self._head:
            data, self._head = self._head[:wanted], self._head[wanted:]
            return data
        return self._take(wanted)

    def read_out(self) -> None:
        """Reads to the end and keeps only the hash."""
        while self.read():
            pass

    @property
    def sha256(self) -> str:
        """SHA-256 of all bytes read so far, as hex."""
        return self._hash.hexdigest()

    def _take(self, wanted: int) -> bytes:
        try:
            data: bytes = self._source.read(wanted)
        except TooSlow as error:
            raise too_slow(f"upload of {self.size_bytes} bytes so far", error) from error
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


def raw_body(request: Request, *, limit_bytes: int) -> UploadBody:
    """Returns the request's body as a stream. Raises FieldError if it announces too many bytes."""
    length = request.content_length
    end_body_within(request, None)
    source = request.environ["wsgi.input"]
    if not request.environ.get("wsgi.input_terminated"):
        source = _Limited(source, length or 0)
    return UploadBody(source, announced_bytes=length, limit_bytes=limit_bytes)


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
