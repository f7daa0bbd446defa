"""Fixtures: a real HTTP server that speaks OpenAI's protocol and misbehaves on request, generated audio, settings."""

import hashlib
import io
import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest
import soundfile

from winnow_ai.admission.desk import Desk
from winnow_ai.admission.own_line import OwnLine
from winnow_ai.clock import SystemClock
from winnow_ai.llm.endpoint import Endpoint
from winnow_ai.llm.endpoint_settings import EndpointSettings
from winnow_ai.llm.lines import Lines, lines_at
from winnow_ai.settings import ChunkSettings
from winnow_base.objects.memory import MemoryObjectStore
from winnow_contracts.commands import RecordingFiles, TranscribeAudio
from winnow_contracts.errors import Unavailable

RATE = 16_000


@dataclass
class CheckedAnswer:
    """An answer that the server gives instead of a good one."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    announce_bytes: int | None = None
    wait_seconds: float = 0.0


class EndpointServer:
    """Hears each burst of sound as one word, and makes vectors from hashes. ``misbehave`` queues other answers.

    Chat models say what is queued in ``words``, one text a call, and ``{}`` where nothing is. What waits before it
    answers waits no longer than the server runs.
    """

    def __init__(self) -> None:
        self.answers: deque[CheckedAnswer] = deque()
        self.transcribed: list[dict[str, Any]] = []
        self.embedded: list[list[str]] = []
        self.chats: list[dict[str, Any]] = []
        self.words: deque[str] = deque()
        self.authorization: list[str] = []
        self.before_answer: Callable[[], None] = lambda: None
        self.stopped = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    def misbehave(self, body: Any = b"", **more: Any) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers.append(CheckedAnswer(body=data, **more))

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def transcription(self, content_type: str, body: bytes) -> dict[str, Any]:
        form = BytesParser().parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
        fields: dict[str, Any] = {}
        for part in form.get_payload():
            name = part.get_param("name", header="content-disposition")  # type: ignore[union-attr]
            fields.setdefault(str(name), []).append(part.get_payload(decode=True))  # type: ignore[union-attr]
        samples, rate = soundfile.read(io.BytesIO(fields["file"][0]), dtype="int16")
        fields["samples"] = len(samples)
        assert rate == RATE
        self.transcribed.append(fields)
        self.before_answer()
        words = [
            {"word": f"word{number}", "start": start, "end": end, "probability": 0.9}
            for number, (start, end) in enumerate(_bursts(samples))
        ]
        text = " ".join(str(word["word"]) for word in words)
        segment = {"id": 0, "text": text, "start": 0.0, "end": len(samples) / RATE, "avg_logprob": -0.2}
        return {"language": "english", "text": text, "segments": [segment] if words else [], "words": words}

    def embeddings(self, body: bytes) -> dict[str, Any]:
        texts = json.loads(body)["input"]
        self.embedded.append(texts)
        data = [{"index": index, "embedding": _vector(text)} for index, text in enumerate(texts)]
        usage = {"prompt_tokens": 10 * len(texts), "total_tokens": 10 * len(texts)}
        return {"data": data[::-1], "model": "vectors", "usage": usage}

    def chat(self, body: bytes) -> dict[str, Any]:
        self.chats.append(json.loads(body))
        self.before_answer()
        message = {"role": "assistant", "content": self.words.popleft() if self.words else "{}"}
        return {
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": {"prompt_tokens": 1000, "completion_tokens": 50, "total_tokens": 1050},
        }


def _handler(server: EndpointServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(lambda body: {"data": [{"id": "speech"}, {"id": "vectors"}]})

        def do_POST(self) -> None:
            if self.path.endswith("/transcriptions"):
                self._reply(lambda body: server.transcription(self.headers["Content-Type"], body))
            elif self.path.endswith("/chat/completions"):
                self._reply(server.chat)
            else:
                self._reply(server.embeddings)

        def _reply(self, good: Callable[[bytes], Any]) -> None:
            server.authorization.append(self.headers.get("Authorization", ""))
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if not server.answers:
                self._send(
                    CheckedAnswer(body=json.dumps(good(body)).encode(), headers={"Content-Type": "application/json"})
                )
                return
            answer = server.answers.popleft()
            server.stopped.wait(answer.wait_seconds)
            self._send(answer)

        def _send(self, answer: CheckedAnswer) -> None:
            self.send_response(answer.status)
            for name, value in ({"Content-Type": "application/json"} | answer.headers).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(answer.announce_bytes or len(answer.body)))
            self.end_headers()
            try:
                self.wfile.write(answer.body)
            except ConnectionError:
                self.close_connection = True
            if answer.announce_bytes:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def _bursts(samples: Any) -> list[tuple[float, float]]:
    loud = np.abs(samples.astype(np.int32)) > 300
    frames = np.array([chunk.any() for chunk in np.array_split(loud, max(1, len(loud) // 160))])
    edges = np.flatnonzero(np.diff(np.concatenate(([0], frames.astype(np.int8), [0])))) / 100
    return [(float(start), float(end)) for start, end in zip(edges[0::2], edges[1::2], strict=True)]


def _vector(text: str) -> list[float]:
    digest = hashlib.sha256(text.encode()).digest()
    return [byte - 127.5 for byte in digest[:8]]


@pytest.fixture
def server() -> Iterator[EndpointServer]:
    running = EndpointServer()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def patience_seconds() -> float:
    """For one call: more than a busy machine takes for a good answer. A test of one that hangs sets its own."""
    return 5


@pytest.fixture
def endpoint_settings(server: EndpointServer, patience_seconds: float) -> EndpointSettings:
    return EndpointSettings(
        base_url=server.url,
        api_key="the-secret-key",
        transcription_model="speech",
        embedding_model="vectors",
        embedding_dimensions=8,
        vision_model="sight",
        text_model="words",
        vision_timeout_seconds=patience_seconds,
        text_timeout_seconds=patience_seconds,
        transcription_timeout_seconds=patience_seconds,
        embedding_timeout_seconds=patience_seconds,
        probe_timeout_seconds=patience_seconds,
    )


@pytest.fixture
def endpoint(endpoint_settings: EndpointSettings) -> Iterator[Endpoint]:
    made = Endpoint(endpoint_settings)
    yield made
    made.close()


class NoIndex:
    """An index that does not answer, so that the node keeps its own lines."""

    def ask(self, request: Any) -> Any:
        raise Unavailable("The index API does not answer.", dependency="index")


@pytest.fixture
def lines(endpoint: Endpoint, endpoint_settings: EndpointSettings) -> Lines:
    clock = SystemClock()
    return lines_at(endpoint, endpoint_settings, Desk(NoIndex(), OwnLine(1, clock), clock), clock)


@pytest.fixture
def objects() -> MemoryObjectStore:
    return MemoryObjectStore()


@pytest.fixture
def tones() -> Callable[..., bytes]:
    """FLAC of a length in seconds with a burst of 0.3 s at each given second, over a quiet hiss or nothing."""

    def make(seconds: float, at: Any = (), hiss: int = 0) -> bytes:
        random = np.random.default_rng(1)
        samples = np.zeros(round(seconds * RATE), dtype=np.int16)
        if hiss:
            samples[:] = random.integers(-hiss, hiss, len(samples))
        for second in at:
            begin = round(second * RATE)
            wave = 8000 * np.sin(np.arange(round(0.3 * RATE)) * 2 * np.pi * 440 / RATE)
            samples[begin : begin + len(wave)] = wave.astype(np.int16)[: len(samples) - begin]
        target = io.BytesIO()
        soundfile.write(target, samples, RATE, format="FLAC", subtype="PCM_16")
        return target.getvalue()

    return make


@pytest.fixture
def short_pieces() -> ChunkSettings:
    return ChunkSettings(longest_ms=30_000)


@pytest.fixture
def transcribe_command() -> TranscribeAudio:
    return TranscribeAudio(
        tenant_id="default",
        job_id="job_1",
        media_id="med_1",
        files=RecordingFiles(original_key="o", duration_ms=90_000, has_video=False, audio_key="audio.flac"),
    )
