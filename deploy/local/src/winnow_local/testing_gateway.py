"""A small HTTP server that answers as the gateway's operator API does, and keeps what it was asked."""

import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from winnow_local.ports import DEFAULT_PORTS

Answer = tuple[int, object]


class GatewayTwin:
    """``answers`` by ``"METHOD /path?query"``; all else is not found. ``asked`` keeps each request."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = dict(answers)
        self.asked: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def be_home(self, home: Path) -> None:
        """Make ``home`` look as if its gateway had been started here."""
        home.mkdir(parents=True, exist_ok=True)
        (home / "admin-key").write_text("key")
        ports = {**DEFAULT_PORTS, "gateway": self._server.server_port, "amqp": 1}
        (home / "ports.json").write_text(json.dumps(ports))
        (home / "secrets").mkdir(exist_ok=True)
        (home / "secrets" / "amqp-url").write_text("amqp://nobody:x@127.0.0.1:1/%2F")


def _handler(twin: GatewayTwin) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def do_PUT(self) -> None:
            self._answer()

        def do_DELETE(self) -> None:
            self._answer()

        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            wanted = f"{self.command} {self.path}"
            twin.asked.append(wanted)
            problem = {"detail": "There is no such thing.", "code": "not-found"}
            status, value = twin.answers.get(wanted, (404, problem))
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
