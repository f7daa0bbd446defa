"""A small OpenAI-compatible endpoint in the test's own process: answers at once, always the same, or hangs."""

import hashlib
import json
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_WORDS = ("nothing", "is", "ever", "lost")
_DIMENSIONS = 384
_LOOK_SECONDS = 0.05


class SmallEndpoint:
    """Hears the same four words in every sound and makes vectors of hashes: for tests in which no meaning matters."""

    def __init__(self) -> None:
        self._free = threading.Event()
        self._free.set()
        self._lock = threading.Lock()
        self._hanging = 0
        self._given_up = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """Its base URL, with the version path."""
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    @property
    def hanging(self) -> int:
        """Calls that wait for an answer now."""
        return self._hanging

    @property
    def given_up(self) -> int:
        """Calls whose caller closed the connection without an answer."""
        return self._given_up

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """End; what hangs is answered."""
        self._free.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @contextmanager
    def hang(self) -> Iterator[None]:
        """Within the block no call for text or vectors is answered; probes are."""
        self._free.clear()
        try:
            yield
        finally:
            self._free.set()

    def wait(self, connection: socket.socket) -> bool:
        """Wait until calls are answered; False where the caller gave up before."""
        with self._lock:
            self._hanging += 1
        try:
            while not self._free.wait(_LOOK_SECONDS):
                readable, _, _ = select.select([connection], [], [], 0)
                if readable and not connection.recv(1, socket.MSG_PEEK):
                    with self._lock:
                        self._given_up += 1
                    return False
            return True
        finally:
            with self._lock:
                self._hanging -= 1


def _handler(endpoint: SmallEndpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._send({"object": "list", "data": [{"id": "speech"}, {"id": "vectors"}]})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if not endpoint.wait(self.connection):
                self.close_connection = True
            elif self.path.endswith("/embeddings"):
                texts = json.loads(body)["input"]
                data = [{"index": index, "embedding": _vector(text)} for index, text in enumerate(texts)]
                self._send({"object": "list", "model": "vectors", "data": data})
            else:
                self._send(_transcription())

        def _send(self, value: Any) -> None:
            body = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body)
            except ConnectionError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def _transcription() -> dict[str, Any]:
    words = [
        {"word": word, "start": place / 4, "end": (place + 1) / 4, "probability": 0.9}
        for place, word in enumerate(_WORDS)
    ]
    text = " ".join(_WORDS)
    segment = {"id": 0, "text": text, "start": 0.0, "end": 1.0, "avg_logprob": -0.1}
    return {"language": "english", "text": text, "segments": [segment], "words": words}


def _vector(text: str) -> list[float]:
    digest = hashlib.sha256(text.encode()).digest()
    return [digest[place % len(digest)] - 127.5 for place in range(_DIMENSIONS)]
