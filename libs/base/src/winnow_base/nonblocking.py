"""Sockets that never block, for code in an event loop: wait until one is ready, connect, send.

Every wait ends: ``seconds`` is the longest silence of the other side, and TimeoutError is raised after it.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

T = TypeVar("T")


async def readable(sock: socket.socket, seconds: float) -> None:
    """Return once something has come, or the connection has ended. Raises TimeoutError."""
    loop = asyncio.get_running_loop()
    await _ready(lambda woken: loop.add_reader(sock, woken), lambda: loop.remove_reader(sock), seconds)


async def writable(sock: socket.socket, seconds: float) -> None:
    """Return once the other side has taken something, or the connection has ended. Raises TimeoutError."""
    loop = asyncio.get_running_loop()
    await _ready(lambda woken: loop.add_writer(sock, woken), lambda: loop.remove_writer(sock), seconds)


async def received_into(sock: socket.socket, buffer: memoryview, seconds: float) -> int:
    """Receive into ``buffer``; returns how many bytes came, 0 at the end. Raises OSError, TimeoutError among them."""
    return await _unblocked(sock, partial(sock.recv_into, buffer), seconds)


async def sent(sock: socket.socket, data: bytes, seconds: float) -> None:
    """Send everything. Raises OSError, TimeoutError among them."""
    rest = memoryview(data)
    while rest:
        rest = rest[await _unblocked(sock, partial(sock.send, rest), seconds, blocked=writable) :]


async def connected(host: str, port: int, tls: ssl.SSLContext | None, seconds: float) -> socket.socket:
    """Connect, to the first of the host's addresses that answers; with ``tls`` also check whose host it is.

    Raises OSError, TimeoutError among them, if none answers within ``seconds``.
    """
    loop = asyncio.get_running_loop()
    refused: OSError = ConnectionError(f"{host} has no address")
    async with asyncio.timeout(seconds):
        for family, kind, protocol, _, address in await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            sock = socket.socket(family, kind, protocol)
            try:
                sock.setblocking(False)
                await loop.sock_connect(sock, address)
                return await _with_tls(sock, host, tls, seconds) if tls else sock
            except OSError as error:
                sock.close()
                refused = error
            except BaseException:
                sock.close()
                raise
    raise refused


async def _with_tls(sock: socket.socket, host: str, tls: ssl.SSLContext, seconds: float) -> ssl.SSLSocket:
    wrapped = tls.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
    try:
        await _unblocked(wrapped, wrapped.do_handshake, seconds)
    except BaseException:
        wrapped.close()  # it has taken the descriptor from the other one
        raise
    return wrapped


async def _unblocked(
    sock: socket.socket,
    act: Callable[[], T],
    seconds: float,
    *,
    blocked: Callable[[socket.socket, float], Awaitable[None]] = readable,
) -> T:
    """What ``act`` returns once it need not wait. ``blocked`` waits where the socket does not say for what."""
    while True:
        try:
            return act()
        except ssl.SSLWantReadError:
            await readable(sock, seconds)
        except ssl.SSLWantWriteError:
            await writable(sock, seconds)
        except (BlockingIOError, InterruptedError):
            await blocked(sock, seconds)


async def _ready(begin: Callable[[Callable[[], None]], None], end: Callable[[], object], seconds: float) -> None:
    woken = asyncio.Event()
    begin(woken.set)
    try:
        async with asyncio.timeout(seconds):
            await woken.wait()
    finally:
        end()
