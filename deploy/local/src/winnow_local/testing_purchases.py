"""An OpenAI-compatible endpoint that notes what is paid for: which content, for which node, when asked and answered."""

import hashlib
import json
import math
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_DIMENSIONS = 384


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """One thing asked for: a ``piece`` of audio, or the vector of a ``text``.

    ``at`` is when the call came, before all of it was read: a monotonic time in seconds. ``name`` stands for the
    content, and is found again in the answer; see ``name_of_kept``.
    """

    name: str
    kind: str
    node: str
    at: float


class CountingEndpoint:
    """Answers after ``answer_seconds``: every piece with words made of its hash, every text with such a vector.

    The node that asks is the first part of the path: each node is given a base URL of its own.
    """

    def __init__(self, answer_seconds: float) -> None:
        self.purchases: list[Purchase] = []
        self.answer_seconds = answer_seconds
        self._free = threading.Event()
        self._free.set()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def url(self, node: str) -> str:
        """The base URL for a node, with the version path."""
        return f"http://127.0.0.1:{self._server.server_port}/{node}/v1"

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """End; what is held is answered."""
        self._free.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Within the block no call is answered."""
        self._free.clear()
        try:
            yield
        finally:
            self._free.set()

    def wait(self) -> None:
        """Wait until a call may be answered."""
        self._free.wait()

    def note(self, names: Iterable[str], kind: str, node: str, at: float) -> None:
        """One call was made for these contents."""
        self.purchases += [Purchase(name=name, kind=kind, node=node, at=at) for name in names]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that is killed resets its connection: nothing to print."""


def name_of_kept(kept: Any) -> str:
    """The name of the purchase whose answer lies in the store as this JSON: a transcription or a vector."""
    answer = kept["answer"]
    if isinstance(answer, list):
        return _name_of_vector(answer)
    name: str = answer["words"][0]["text"]
    return name


def _handler(endpoint: CountingEndpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            # One piece after the other: what is in flight at a kill is one piece, and each can be killed.
            self._send({"object": "list", "data": [{"id": "speech", "places": 1}, {"id": "vectors"}]})

        def do_POST(self) -> None:
            at, length = time.monotonic(), int(self.headers["Content-Length"])
            body = self.rfile.read(length)
            if len(body) < length:
                # Killed while it asked: nobody knows what for.
                self.close_connection = True
                return
            node = self.path.split("/")[1]
            answer: dict[str, Any]
            if self.path.endswith("/embeddings"):
                vectors = [_vector(text) for text in json.loads(body)["input"]]
                endpoint.note(map(_name_of_vector, vectors), "text", node, at)
                answer = {"data": [{"index": place, "embedding": vector} for place, vector in enumerate(vectors)]}
            else:
                # The boundary between the form's parts is random; all the rest is what was asked.
                boundary = self.headers["Content-Type"].partition("boundary=")[2].strip('"').encode()
                name = "w" + hashlib.sha256(body.replace(boundary, b"")).hexdigest()[:16]
                endpoint.note([name], "piece", node, at)
                answer = _transcription(name)
            time.sleep(endpoint.answer_seconds)
            endpoint.wait()
            self._send(answer)

        def _send(self, value: Any) -> None:
            body = json.dumps(value).encode()
            try:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except ConnectionError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def _transcription(name: str) -> dict[str, Any]:
    words = [
        {"word": word, "start": float(place), "end": place + 0.8, "probability": 0.9}
        for place, word in enumerate((name, "was", "said", "here."))
    ]
    text = " ".join(str(word["word"]) for word in words)
    segment = {"id": 0, "text": text, "start": 0.0, "end": 4.0, "avg_logprob": -0.1}
    return {"language": "english", "text": text, "segments": [segment], "words": words}


def _vector(text: str) -> list[float]:
    seed = hashlib.sha256(text.encode()).digest()
    numbers = [seed[place % len(seed)] - 127.5 + place / _DIMENSIONS for place in range(_DIMENSIONS)]
    length = math.hypot(*numbers)
    return [number / length for number in numbers]


def _name_of_vector(vector: list[float]) -> str:
    # Rounded: the kept vector has fewer digits.
    return "v" + hashlib.sha256(" ".join(f"{number:.5f}" for number in vector[:6]).encode()).hexdigest()[:16]
