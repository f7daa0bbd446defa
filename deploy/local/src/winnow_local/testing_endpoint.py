"""A small OpenAI-compatible endpoint in the test's own process: answers at once, always the same, or hangs."""

import hashlib
import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from winnow_local.testing_chat import Misbehaviour, photo_of, said

_WORDS = ("nothing", "is", "ever", "lost")
_DIMENSIONS = 384
_LOOK_SECONDS = 0.05


class SmallEndpoint:
    """Hears the same four words in every sound and makes vectors of hashes: for tests in which no meaning matters.

    Of a photo it says what its hash tells, and of a rule its own steps. ``vision_calls`` and ``text_calls`` are when
    each chat call came (seconds of ``time.monotonic``), ``photos`` the hash of each photo asked about, in the order of
    ``vision_calls``. A call for a photo takes ``vision_seconds``.
    """

    def __init__(self) -> None:
        self.vision_calls: list[float] = []
        self.text_calls: list[float] = []
        self.photos: list[str] = []
        self.vision_seconds = 0.0
        self.retry_after_seconds = 1
        self._misbehaviour: Misbehaviour | None = None
        self._bad_calls = 0
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
        self.behave()
        self._free.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @contextmanager
    def hang(self) -> Iterator[None]:
        """Within the block no call is answered; probes are."""
        self._free.clear()
        try:
            yield
        finally:
            self._free.set()

    def misbehave(self, how: Misbehaviour | str, calls: int = 0, retry_after_seconds: int = 1) -> None:
        """Answer the next ``calls`` calls about photos badly, 0 meaning all until ``behave``."""
        with self._lock:
            self._misbehaviour, self._bad_calls = Misbehaviour(how), calls
            self.retry_after_seconds = retry_after_seconds

    def behave(self) -> None:
        """Answer well again, also what hangs."""
        with self._lock:
            self._misbehaviour, self._bad_calls = None, 0

    def note_chat(self, photo: str) -> Misbehaviour | None:
        """Note one chat call; how it is to be answered badly, or None."""
        with self._lock:
            if not photo:
                self.text_calls.append(time.monotonic())
                return None
            self.vision_calls.append(time.monotonic())
            self.photos.append(photo)
            how = self._misbehaviour
            if self._bad_calls:
                self._bad_calls -= 1
                self._misbehaviour = how if self._bad_calls else None
            return how

    def wait(self, connection: socket.socket) -> bool:
        """Wait until calls are answered; False where the caller gave up before."""
        return self._wait(connection, self._free.is_set)

    def wait_for_good_ways(self, connection: socket.socket) -> bool:
        """Wait until no photo's call hangs any more; False where the caller gave up before."""
        return self._wait(connection, lambda: self._misbehaviour is not Misbehaviour.HANG)

    def _wait(self, connection: socket.socket, over: Callable[[], bool]) -> bool:
        with self._lock:
            self._hanging += 1
        try:
            while not over():
                time.sleep(_LOOK_SECONDS)
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
            models = ("speech", "vectors", "vision", "text")
            self._send({"object": "list", "data": [{"id": name} for name in models]})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if not endpoint.wait(self.connection):
                self.close_connection = True
            elif self.path.endswith("/embeddings"):
                texts = json.loads(body)["input"]
                data = [{"index": index, "embedding": _vector(text)} for index, text in enumerate(texts)]
                self._send({"object": "list", "model": "vectors", "data": data})
            elif self.path.endswith("/chat/completions"):
                self._chat(json.loads(body))
            else:
                self._send(_transcription())

        def _chat(self, request: dict[str, Any]) -> None:
            photo = photo_of(request)
            misbehaviour = endpoint.note_chat(photo)
            time.sleep(endpoint.vision_seconds if photo else 0)
            if misbehaviour is Misbehaviour.HANG and not endpoint.wait_for_good_ways(self.connection):
                self.close_connection = True
            elif misbehaviour is Misbehaviour.RATE_LIMITED:
                wish = {"Retry-After": str(endpoint.retry_after_seconds)}
                self._send({"error": {"message": "slow down", "code": "rate_limit_exceeded"}}, status=429, headers=wish)
            else:
                self._send(said(request, photo, misbehaviour), half=misbehaviour is Misbehaviour.HALF)

        def _send(
            self, value: Any, *, status: int = 200, headers: Mapping[str, str] | None = None, half: bool = False
        ) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            for name, content in {"Content-Type": "application/json", **(headers or {})}.items():
                self.send_header(name, content)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self.wfile.write(body[: len(body) // 2] if half else body)
            except ConnectionError:
                half = True
            if half:
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
