"""Serves a process's health port: ``/healthz`` (it lives), ``/readyz`` (it works, or why not), ``/metrics``,
``/threads`` (what runs in it), and a node's journal below ``/journal/``."""

import json
import socket
from collections.abc import Callable
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST

from winnow_base import metrics
from winnow_base.background import BackgroundLoop, threads
from winnow_base.http.journal_reads import PREFIX, JournalReads

_CLIENT_SECONDS = 10.0
"""A client that sends or takes nothing for this long is left alone, with its thread."""


class HealthServer:
    """Serves health on ``host:port``. ``reasons`` returns what keeps the process from working, by name.

    With ``shared`` several processes may have the port, and the kernel gives each request to one of them. ``journal``
    answers what is asked below ``/journal/``.
    """

    def __init__(
        self,
        host: str,
        port: int,
        reasons: Callable[[], dict[str, str]],
        *,
        shared: bool = False,
        journal: JournalReads | None = None,
    ) -> None:
        self._server = ThreadingHTTPServer((host, port), _handler(reasons, journal), bind_and_activate=False)
        self._server.allow_reuse_port = shared
        self._server.daemon_threads = True
        self._server.server_bind()
        self._server.server_activate()
        # handle_request waits until a request comes, or until stop() shuts the socket. serve_forever would look twice a
        # second whether to stop.
        self._loop = BackgroundLoop(
            "health",
            "answers on the health port",
            self._server.handle_request,
            every_seconds=0.0,
            interrupt=lambda: self._server.socket.shutdown(socket.SHUT_RDWR),
        )

    @property
    def port(self) -> int:
        """The port that the server listens on."""
        return self._server.server_port

    def start(self) -> None:
        """Serve in the background."""
        self._loop.start()

    def stop(self) -> None:
        """Stop serving."""
        self._loop.stop()
        self._server.server_close()


def _handler(reasons: Callable[[], dict[str, str]], journal: JournalReads | None) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _CLIENT_SECONDS

        def do_GET(self) -> None:
            match self.path:
                case "/healthz":
                    self._answer(200, "application/json", b'{"status":"ok"}')
                case "/readyz":
                    found = reasons()
                    body = {"ready": not found, "reasons": found}
                    self._answer(503 if found else 200, "application/json", json.dumps(body).encode())
                case "/metrics":
                    self._answer(200, CONTENT_TYPE_LATEST, metrics.exposition())
                case "/threads":
                    running = [asdict(thread) for thread in threads()]
                    self._answer(200, "application/json", json.dumps(running).encode())
                case path if journal is not None and path.startswith(PREFIX):
                    status, content = journal.answer(path, self.headers.get("Authorization", ""))
                    self._answer(status, "application/json", content)
                case _:
                    missing = b'{"detail":"/healthz, /readyz, /metrics and /threads are here"}'
                    self._answer(404, "application/json", missing)

        def _answer(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing: health checks are too many."""

    return Handler
