"""One event loop of the process for all requests that need no thread: answers being sent, and pauses."""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

from gunicorn.http.wsgi import Response

from winnow_base.background import start_thread
from winnow_base.http.callers import has_hung_up
from winnow_base.http.connection import Connection
from winnow_base.http.detached_body import DetachedBody
from winnow_base.http.paced_socket import PacedSocket
from winnow_base.http.pause import Pause
from winnow_base.http.refused_requests import refusal
from winnow_contracts.errors import WinnowError

_LOG = logging.getLogger(__name__)
_TURN_BYTES = 1 << 20
"""After so many bytes to one client the others have their turn, however fast it takes them."""
_STOP_SECONDS = 5.0


class DetachedAnswers:
    """The event loop of one process, in a thread of its own.

    ``sent`` gets each connection afterwards, in that thread, and whether it can be used again; ``waited`` each that has
    paused, and whether the request is to be handled again.
    """

    def __init__(self, *, sent: Callable[[Connection, bool], None], waited: Callable[[Connection, bool], None]) -> None:
        self._sent = sent
        self._waited = waited
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        self._thread = start_thread("detached-answers", "sends plays and events, receives uploads", self._run)

    def stop(self) -> None:
        """End every answer as it is."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)

    def send(self, connection: Connection, answer: Response, body: DetachedBody) -> None:
        """Send an answer whose head gunicorn has prepared. Returns at once; safe for threads."""
        asyncio.run_coroutine_threadsafe(self._send(connection, answer, body), self._loop)

    def wait(self, connection: Connection, pause: Pause) -> None:
        """Wait for what a request has paused for. Returns at once; safe for threads."""
        asyncio.run_coroutine_threadsafe(self._wait(connection, pause), self._loop)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._until_stopped())

    async def _until_stopped(self) -> None:
        await self._stopping.wait()

    async def _send(self, connection: Connection, answer: Response, body: DetachedBody) -> None:
        whole = False
        try:
            connection.sock.setblocking(False)
            if body.ends_by_hanging_up:
                self._loop.add_reader(connection.sock, self._look, connection.sock, asyncio.current_task())
            await _send_pieces(connection, answer, body)
            whole = True
        except OSError:
            _LOG.debug("A client left before its answer ended.")
        except WinnowError as error:
            _LOG.warning("An answer could not be sent whole.", extra={"code": error.code, "detail": error.detail})
            await _refuse(connection, answer, error)
        except Exception:  # noqa: BLE001 - nobody waits for this coroutine, who could be told
            _LOG.exception("An answer failed while it was sent.")
        finally:
            self._loop.remove_reader(connection.sock)
            body.close()
            self._sent(connection, whole and not answer.should_close())

    async def _wait(self, connection: Connection, pause: Pause) -> None:
        over = False
        try:
            connection.sock.setblocking(False)
            if pause.ends_by_hanging_up:
                self._loop.add_reader(connection.sock, self._look, connection.sock, asyncio.current_task())
            await pause.wait()
            over = True
        except Exception as error:  # noqa: BLE001 - nobody waits for this coroutine, who could be told
            _LOG.exception("A request failed while it waited.")
            await _send_refusal(connection, error)
        finally:
            self._loop.remove_reader(connection.sock)
            if not over:
                connection.paused = None
                pause.close()
            self._waited(connection, over)

    def _look(self, client: PacedSocket, sending: asyncio.Task[Any] | None) -> None:
        """What has come is the client's next request, which waits, or that it has left."""
        self._loop.remove_reader(client)
        if sending is not None and has_hung_up(client):
            sending.cancel()


async def _send_pieces(connection: Connection, answer: Response, body: DetachedBody) -> None:
    """The head goes with the first piece: where that cannot be had, the answer can still be another one."""
    turn = 0
    async with aclosing(body.pieces) as pieces:
        async for piece in pieces:
            data: Any = b"%x\r\n%b\r\n" % (len(piece), bytes(piece)) if answer.chunked else piece
            if not answer.headers_sent:
                data = _head(answer) + bytes(data)
            await connection.sock.sendall_async(data)
            turn += len(data)
            if turn > _TURN_BYTES:
                turn = 0
                await asyncio.sleep(0)
    end = b"" if answer.headers_sent else _head(answer)
    await connection.sock.sendall_async(end + (b"0\r\n\r\n" if answer.chunked else b""))


def _head(answer: Response) -> bytes:
    answer.headers_sent = True
    own = (f"{name}: {value}\r\n" for name, value in answer.headers)
    return "".join((*answer.default_headers(), *own, "\r\n")).encode("latin-1")


async def _refuse(connection: Connection, answer: Response, error: WinnowError) -> None:
    if not answer.headers_sent:  # whoever gets less than was announced knows that the answer is not whole
        await _send_refusal(connection, error)


async def _send_refusal(connection: Connection, error: Exception) -> None:
    try:
        await connection.sock.sendall_async(refusal(error))
    except OSError:
        _LOG.debug("A client left before its refusal was sent.")
