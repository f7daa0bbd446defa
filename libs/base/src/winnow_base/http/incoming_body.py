"""The body of a request while its client still sends it: in the request's thread, or outside of it into a file."""

import asyncio
from collections.abc import Callable
from typing import Any, BinaryIO

from gunicorn.http.body import Body, ChunkedReader, LengthReader
from gunicorn.http.unreader import Unreader

from winnow_base.http.paced_socket import PacedSocket

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
"""What a client that expects ``100-continue`` waits for before it sends the body (RFC 9110, section 10.1.1)."""
_CHUNK_BYTES = 1 << 16
_TURN_BYTES = 1 << 20
"""After so many bytes of one client the others have their turn, however fast it sends. So much is read back at once."""


class IncomingBody:
    """The body of gunicorn's ``request``, which has perhaps not come yet.

    Who expects ``100-continue`` is asked for the body when it is first read: one that is refused unread is not sent.
    """

    def __init__(self, request: Any, unreader: Unreader, client: PacedSocket) -> None:
        self._request = request
        self._unreader = unreader
        self._client = client
        self._reader = request.body.reader
        self._left: int | None = None
        self._file: BinaryIO | None = None
        self._to_ask = request._expected_100_continue and self.missing_bytes != 0
        request._expected_100_continue = False  # gunicorn would ask before anybody has looked at the head
        if self._to_ask:
            request.body.reader = _Asking(self._reader, self._ask)

    @property
    def missing_bytes(self) -> int | None:
        """How many bytes have not come; None where nobody knows, as a chunked body has not been read to its end."""
        if self._left is not None:
            return self._left
        if isinstance(self._reader, ChunkedReader):
            return None if self._reader.parser else 0
        missing: int = self._reader.length - self._unreader.buf.getbuffer().nbytes
        return max(0, missing)

    def keep_in(self, file: BinaryIO) -> None:
        """Have a body of known length in ``file``, which is closed at the end of the request."""
        self._file = file

    async def receive(self) -> None:
        """Receive the body into the file, from which it is read afterwards. For an event loop.

        What ends it early, as TooSlow, is raised where it is read: after the bytes that came, as without the file.
        """
        file, length = self._file, self._reader.length
        assert file is not None
        begun = self._unreader.take_buffered()
        file.write(begun)
        self._left = length - len(begun)
        error = await self._receive_rest(file)
        file.truncate()  # behind what came there may be room that was reserved
        file.seek(0)
        self._request.body = Body(LengthReader(_Received(file, error), length))

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._file is not None:
            self._file.close()

    async def _receive_rest(self, file: BinaryIO) -> OSError | None:
        """Returns why not all of it came; None too where the client has ended the connection in order."""
        turn = 0
        try:
            if self._to_ask:
                await self._client.sendall_async(CONTINUE)
        except OSError as error:
            return error
        while self._left:
            try:
                data = await self._client.recv_async(min(self._left, _CHUNK_BYTES))
            except OSError as error:
                return error
            if not data:
                return None
            file.write(data)
            self._left -= len(data)
            turn += len(data)
            if turn > _TURN_BYTES:
                turn = 0
                await asyncio.sleep(0)
        return None

    def _ask(self) -> None:
        self._client.sendall(CONTINUE)


class _Asking:
    """A reader of gunicorn's that calls ``ask`` before it is first read."""

    def __init__(self, reader: Any, ask: Callable[[], None]) -> None:
        self._reader = reader
        self._ask: Callable[[], None] | None = ask

    def read(self, size: int) -> bytes:
        """Read as the reader does."""
        if self._ask is not None:
            self._ask()
            self._ask = None
        data: bytes = self._reader.read(size)
        return data


class _Received(Unreader):  # type: ignore[misc]  # gunicorn has no types
    """What came, for gunicorn's readers; then ``error`` is raised, if there is one."""

    def __init__(self, file: BinaryIO, error: OSError | None) -> None:
        super().__init__()
        self._file = file
        self._error = error

    def chunk(self, size_hint: int | None = None) -> bytes:
        """The next bytes."""
        data = self._file.read(min(size_hint or _CHUNK_BYTES, _TURN_BYTES))
        if not data and self._error is not None:
            raise self._error
        return data
