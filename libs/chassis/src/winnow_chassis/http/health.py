"""Serves a process's health port: ``/healthz`` (it lives), ``/readyz`` (it works, or why not), ``/metrics``."""

import json
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest


class HealthServer:
    """Serves health on ``host:port``. ``reasons`` returns what keeps the process from working, by name."""

    def __init__(self, host: str, port: int, reasons: Callable[[], dict[str, str]]) -> None:
        self._server = ThreadingHTTPServer((host, port), _handler(reasons))
        self._server.daemon_threads = True
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="health", daemon=True)

    @property
    def port(self) -> int:
        """The port that the server listens on."""
        return self._server.server_port

    def start(self) -> None:
        """Serve in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving."""
        self._stopping.set()
        self._server.socket.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for a request
        self._thread.join()
        self._server.server_close()

    def _serve(self) -> None:
        # serve_forever would check twice a second whether to stop.
        while not self._stopping.is_set():
            self._server.handle_request()


def _handler(reasons: Callable[[], dict[str, str]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            match self.path:
                case "/healthz":
                    self._answer(200, "application/json", b'{"status":"ok"}')
                case "/readyz":
                    found = reasons()
                    body = {"ready": not found, "reasons": found}
                    self._answer(503 if found else 200, "application/json", json.dumps(body).encode())
                case "/metrics":
                    self._answer(200, CONTENT_TYPE_LATEST, generate_latest())
                case _:
                    self._answer(404, "application/json", b'{"detail":"/healthz, /readyz and /metrics are here"}')

        def _answer(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing: health checks are too many."""

    return Handler
