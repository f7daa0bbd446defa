"""A client's connection whose every wait ends: a silence has a limit, and what trickles has a least rate."""

import errno
import logging
import socket
import struct
import time
from dataclasses import dataclass
from typing import Any

from winnow_base.nonblocking import readable, writable

_LOG = logging.getLogger(__name__)
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True, kw_only=True)
class ClientLimits:
    """How long a server waits for a client, in seconds."""

    head_seconds: float = 10
    """From the accept, or a later request's first byte, to the end of the request's head."""
    receive_stall_seconds: float = 60
    """The longest silence within a request's body."""
    send_stall_seconds: float = 30
    """How long a client may take nothing of its answer."""
    least_bytes_per_second: float = 1024
    """The least rate of bodies and answers, over each ``rate_seconds`` spent waiting for the client."""
    rate_seconds: float = 60

    def short_body_seconds(self, length: int) -> float:
        """How long a short body of ``length`` bytes may take: as long as a head, and what the least rate gives it."""
        return self.head_seconds + length / max(self.least_bytes_per_second, 1)


class TooSlow(TimeoutError):
    """A client kept the server waiting for longer than its limits allow. The message says how, without a subject."""


class PacedSocket(socket.socket):
    """A client's socket, for code that knows sockets and no limits, as gunicorn does.

    In blocking mode ``recv`` raises TooSlow where a limit is passed. ``sendall`` raises BrokenPipeError and marks the
    connection as ``dropped``: whoever does not read gets no more than whoever has left.
    """

    def __init__(self, client: socket.socket, limits: ClientLimits) -> None:
        super().__init__(fileno=client.detach())
        self.dropped = False
        self._limits = limits
        self._until: float | None = None
        self._received, self._sent = _Pace(limits), _Pace(limits)

    def setblocking(self, flag: bool) -> None:
        """Block within the limits, counted anew, or not at all."""
        self.settimeout(self._limits.receive_stall_seconds if flag else 0)
        self._until = None
        self._received, self._sent = _Pace(self._limits), _Pace(self._limits)

    def end_within(self, seconds: float | None) -> None:
        """Receive for at most ``seconds`` from now on, however much comes; None lifts this limit."""
        self._until = None if seconds is None else time.monotonic() + seconds

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Receive, as ``socket.recv``. Raises TooSlow."""
        patience = self.gettimeout()
        if not patience:
            return super().recv(size, flags)
        began = time.monotonic()
        if self._until is not None:
            if began >= self._until:
                raise TooSlow("its time was up before it had all come")
            self.settimeout(min(patience, self._until - began))
        try:
            data = super().recv(size, flags)
        except TimeoutError as error:
            raise _silent(time.monotonic() - began) from error
        finally:
            self.settimeout(patience)
        self._received.moved(len(data), time.monotonic() - began)
        return data

    async def recv_async(self, size: int) -> bytes:
        """Receive as ``recv`` does, in an event loop; the socket must not block. Raises TooSlow."""
        waited = 0.0
        while (data := self._recv_at_once(size)) is None:
            began = time.monotonic()
            try:
                await readable(self, self._limits.receive_stall_seconds)
            except TimeoutError as error:
                raise _silent(time.monotonic() - began) from error
            waited += time.monotonic() - began
        self._received.moved(len(data), waited)
        return data

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send everything, as ``socket.sendall``. Raises BrokenPipeError for a client that does not read."""
        patience = self.gettimeout()
        self.settimeout(self._limits.send_stall_seconds)
        rest = memoryview(data).cast("B")
        try:
            while rest:
                began = time.monotonic()
                count = self.send(rest, flags)
                self._sent.moved(count, time.monotonic() - began)
                rest = rest[count:]
        except TimeoutError as error:
            self._drop()
            raise BrokenPipeError(errno.EPIPE, "the client does not read") from error
        finally:
            self.settimeout(patience)

    async def sendall_async(self, data: Any) -> None:
        """Send everything as ``sendall`` does, in an event loop; the socket must not block.

        What the client does not take at once is copied: ``data`` may be overwritten once the loop goes on.
        """
        rest = memoryview(data).cast("B")
        rest = rest[self._send_at_once(rest) :]
        if not rest:
            return
        rest = memoryview(bytes(rest))
        try:
            while rest:
                began = time.monotonic()
                await writable(self, self._limits.send_stall_seconds)
                count = self._send_at_once(rest)
                self._sent.moved(count, time.monotonic() - began)
                rest = rest[count:]
        except TimeoutError as error:
            self._drop()
            raise BrokenPipeError(errno.EPIPE, "the client does not read") from error

    def _recv_at_once(self, size: int) -> bytes | None:
        try:
            return super().recv(size)
        except (BlockingIOError, InterruptedError):
            return None

    def _send_at_once(self, rest: memoryview) -> int:
        try:
            return self.send(rest)
        except (BlockingIOError, InterruptedError):
            return 0

    def _drop(self) -> None:
        """Let the close discard what was not sent: the kernel would keep it for minutes, for somebody who sleeps."""
        self.dropped = True
        self.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        _LOG.info("A client that did not read its answer was dropped.")


def _silent(seconds: float) -> TooSlow:
    return TooSlow(f"nothing more came for {seconds:.0f} seconds")


class _Pace:
    """The rate of one direction. Only time spent waiting counts: the server's own slowness is nobody's fault."""

    def __init__(self, limits: ClientLimits) -> None:
        self._limits = limits
        self._bytes, self._seconds = 0, 0.0

    def moved(self, count: int, seconds: float) -> None:
        """Count bytes that took ``seconds``. Raises TooSlow at the end of a period below the least rate."""
        self._bytes += count
        self._seconds += seconds
        if self._seconds < self._limits.rate_seconds:
            return
        if self._bytes < self._limits.least_bytes_per_second * self._seconds:
            raise TooSlow(f"only {self._bytes} bytes came or went in {self._seconds:.0f} seconds")
        self._bytes, self._seconds = 0, 0.0
