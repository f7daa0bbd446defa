"""A gunicorn worker that gives a thread to whole requests only, and in which no client is waited for without end."""

import errno
import logging
import socket
import time
from concurrent.futures import Future
from typing import Any

from gunicorn.http import wsgi
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, ThreadWorker

from winnow_base.http.connection import Connection
from winnow_base.http.detached_answers import DetachedAnswers
from winnow_base.http.detached_body import DetachedBody
from winnow_base.http.incoming_body import IncomingBody
from winnow_base.http.paced_socket import ClientLimits, PacedSocket
from winnow_base.http.pause import BODY, KEPT, Pause
from winnow_base.http.refused_requests import code_of, send_refusal
from winnow_base.http.waiting_connections import HEAD_BYTES, WaitingConnections
from winnow_base.parent_death import die_with

_LOG = logging.getLogger(__name__)
_NOBODY_CAME = (errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED)


class Worker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's threads behind our own waiting.

    Gunicorn waits for a request's head and for all of its body in a thread, sends without a limit, and waits for a
    client to close in the loop that serves all others. Here ``WaitingConnections`` waits for heads, short bodies and
    closes, in the poller; the threads' sockets have limits. An answer whose body is detached leaves its thread at once,
    for the event loop of ``DetachedAnswers``, and so does a request that pauses, until it is handled again. What
    gunicorn itself refuses is answered in the same form as all refusals, instead of in HTML.
    """

    def init_process(self) -> None:
        """Serve until told to stop; called in the new process.

        It dies with the server's first process. Otherwise it would hold the port of the server that is started next,
        and answer for some seconds beside it.
        """
        die_with(self.ppid)
        self._limits: ClientLimits = self.app.limits
        super().init_process()

    def run(self) -> None:
        """Serve until told to stop."""
        self._waiting = WaitingConnections(self.poller, self._limits, ready=self.enqueue_req, gone=self._count_down)
        self._detached = DetachedAnswers(
            sent=lambda conn, again: self.method_queue.defer(self._wait_again, conn, again),
            waited=lambda conn, over: self.method_queue.defer(self._handle_again, conn, over),
        )
        self._detached.start()
        try:
            super().run()
        finally:
            self._detached.stop()

    def accept(self, listener: socket.socket) -> None:
        """Accept a connection, and wait for its first head."""
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno in _NOBODY_CAME:
                return
            raise
        self.nr_conns += 1
        if self.nr_conns >= self.worker_connections:
            self._waiting.drop_longest()
        sock = PacedSocket(client, self._limits)
        self._waiting.for_request(Connection(self.cfg, sock, address, listener.getsockname()))

    def handle(self, conn: Connection) -> Any:
        """Answer a request, in a thread. Returns whether the connection can be used again."""
        paused = conn.paused
        if paused is not None or conn.has_head:
            try:
                return super().handle(conn)
            finally:
                if paused is not None:
                    paused.close()
                if conn.paused is None and conn.body is not None:
                    conn.body.close()
        one_line = b"\r\n" not in conn.head
        length = len(conn.head)
        too_long = LimitRequestLine(length, HEAD_BYTES) if one_line else LimitRequestHeaders("the head does not end")
        self.handle_error(None, conn.sock, conn.client, too_long)
        return False

    def handle_request(self, req: Any, conn: Connection) -> bool:
        """Call the application and send its answer, as gunicorn's does; but leave detached bodies and pauses for later.

        Returns whether the connection can be used again.
        """
        conn.paused = None
        if conn.body is None:
            conn.body = IncomingBody(req, conn.parser.unreader, conn.sock)
        answer, environ = wsgi.create(req, conn.sock, conn.client, conn.server, self.cfg)
        environ.update({"wsgi.multithread": True, BODY: conn.body, KEPT: conn.kept})
        if not (self.alive and self.cfg.keepalive):
            answer.force_close()
        body = self.wsgi(environ, answer.start_response)
        if isinstance(body, Pause):
            conn.paused = body
            return True
        if conn.body.missing_bytes != 0:
            answer.force_close()  # what still comes of the request is nobody's
        if isinstance(body, DetachedBody):
            conn.detached = (answer, body)
            return True
        try:
            for piece in body:
                answer.write(piece)
            answer.close()
        except OSError:
            raise
        except Exception:
            if not answer.headers_sent:
                raise
            _LOG.exception("An answer failed while it was sent.")
            return False
        finally:
            if hasattr(body, "close"):
                body.close()
        return not answer.should_close()

    def _keepalive_after(self, conn: Connection, keepalive: bool) -> bool:
        # Gunicorn calls this after an answer, and waits here in the thread for what the client still sends of its body.
        if conn.paused is not None:
            return True
        whole = conn.body is not None and conn.body.missing_bytes == 0
        return keepalive and whole and bool(conn.parser.finish_body())

    def finish_request(self, conn: Connection, fs: Future[Any]) -> None:
        """Wait for what the request waits for, send a detached body, or wait for the client's next move; called in the
        loop when a thread is done.
        """
        if conn.paused is not None:
            self._detached.wait(conn, conn.paused)
            return
        if conn.detached is not None:
            answer, body = conn.detached
            conn.detached = None
            self._detached.send(conn, answer, body)
            return
        self._wait_again(conn, not fs.cancelled() and fs.exception() is None and fs.result())

    def _wait_again(self, conn: Connection, again: bool) -> None:
        if not again:
            self._waiting.for_close(conn)
            return
        conn.head += conn.parser.unreader.take_buffered()
        idle_seconds = self.cfg.keepalive if self.alive else min(self.cfg.keepalive, STOP_KEEPALIVE_LINGER)
        self._waiting.for_request(conn, idle_seconds)

    def _handle_again(self, conn: Connection, over: bool) -> None:
        if over:
            self.enqueue_req(conn)
        else:
            self._waiting.for_close(conn)

    def murder_keepalived(self, force: bool = False) -> None:
        """Close the connections whose time is up; with ``force`` all. Gunicorn calls this about once a second."""
        if force:
            self._waiting.close_all()
        else:
            self._waiting.expire(time.monotonic())

    def _cap_keepalive(self, deadline: float) -> None:
        # Gunicorn calls this when it begins to stop.
        self._waiting.cap(deadline)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        """Log and answer an error outside of the application."""
        code, _ = code_of(exc)
        about = {"code": code, "address": addr[0] if addr else ""}
        if code == "internal":
            _LOG.error("A request failed in the server.", exc_info=exc, extra=about)
        else:
            _LOG.warning("A request was refused.", extra={**about, "detail": str(exc)[:200]})
        try:
            send_refusal(client, exc)
        except OSError:
            _LOG.info("A client closed its connection before its refusal was sent.", extra=about)

    def _count_down(self, connection: Connection) -> None:
        self.nr_conns -= 1
