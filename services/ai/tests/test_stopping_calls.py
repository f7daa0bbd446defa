"""A cancelled call ends at once, and the endpoint sees its connection closed."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from winnow_ai.llm.endpoint import Endpoint
from winnow_ai.llm.endpoint_settings import EndpointSettings
from winnow_contracts.errors import TimedOut
from winnow_journal.task import Cancelled

HALF = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"data": ['
AT_ONCE_SECONDS = 2.0


class HangingServer:
    """Takes requests, says ``words`` and then nothing, or a space now and then; notes when it is asked and left."""

    def __init__(self) -> None:
        self.words = b""
        self.drips = False
        self.asked: list[float] = []
        self.closed: list[float] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1"

    def wait(self, times: list[float], count: int = 1, seconds: float = 30) -> float:
        """When the ``count``-th of these came."""
        until = time.monotonic() + seconds
        while len(times) < count:
            assert time.monotonic() < until, f"{len(times)} of {count} after {seconds} s"
            time.sleep(0.01)
        return times[count - 1]

    def close(self) -> None:
        self._listener.close()
        for connection in self._connections:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._connections.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        said = False
        try:
            while connection.recv(1 << 16):
                if not said:
                    said = True
                    self.asked.append(time.monotonic())
                    connection.sendall(self.words)
                while self.drips:
                    time.sleep(0.2)
                    connection.sendall(b" ")
        except OSError:
            pass
        self.closed.append(time.monotonic())


class Stop:
    """A task's check: raises once somebody asked for it."""

    def __init__(self) -> None:
        self.asked = threading.Event()

    def __call__(self) -> None:
        if self.asked.is_set():
            raise Cancelled


@pytest.fixture
def hanging() -> Iterator[HangingServer]:
    server = HangingServer()
    yield server
    server.close()


@pytest.fixture
def patient(endpoint_settings: EndpointSettings, hanging: HangingServer) -> EndpointSettings:
    return replace(
        endpoint_settings, base_url=hanging.url, embedding_timeout_seconds=60, transcription_timeout_seconds=60
    )


@pytest.fixture
def door(patient: EndpointSettings) -> Iterator[Endpoint]:
    made = Endpoint(patient)
    made.load()
    yield made
    made.close()


def outcome_of(call: Callable[[], object]) -> tuple[threading.Thread, list[BaseException]]:
    """A thread that makes the call, and what it raises."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            call()
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, raised


@pytest.mark.parametrize("words", [b"", HALF], ids=["no answer", "half an answer"])
@pytest.mark.parametrize("kind", ["transcribe", "embed"])
def test_a_cancelled_call_is_closed_within_two_seconds(
    door: Endpoint, hanging: HangingServer, kind: str, words: bytes
) -> None:
    hanging.words = words
    stop = Stop()
    calls: dict[str, Callable[[], object]] = {
        "transcribe": lambda: door.transcribe(b"f" * 3_000_000, 1_000, None, stop),
        "embed": lambda: door.embed(["text"], stop),
    }
    thread, raised = outcome_of(calls[kind])
    hanging.wait(hanging.asked)
    began = time.monotonic()
    stop.asked.set()

    assert hanging.wait(hanging.closed) - began < AT_ONCE_SECONDS
    thread.join(AT_ONCE_SECONDS)
    assert isinstance(raised[0], Cancelled)


def test_other_calls_go_on_while_one_is_given_up(door: Endpoint, hanging: HangingServer) -> None:
    stop, other = Stop(), Stop()
    thread, raised = outcome_of(lambda: door.embed(["one"], stop))
    beside, left = outcome_of(lambda: door.embed(["two"], other))
    hanging.wait(hanging.asked, 2)
    stop.asked.set()
    thread.join(AT_ONCE_SECONDS)
    hanging.wait(hanging.closed)
    time.sleep(0.5)  # here the other one's would be closed too
    assert isinstance(raised[0], Cancelled)
    assert (beside.is_alive(), left, len(hanging.closed)) == (True, [], 1)
    other.asked.set()
    beside.join(AT_ONCE_SECONDS)


def test_an_endpoint_that_sends_a_byte_now_and_then_is_timed_out_all_the_same(
    patient: EndpointSettings, hanging: HangingServer
) -> None:
    hanging.words, hanging.drips = HALF, True
    door = Endpoint(replace(patient, embedding_timeout_seconds=1))
    door.load()
    began = time.monotonic()
    with pytest.raises(TimedOut):
        door.embed(["text"])
    assert time.monotonic() - began < 20
    door.close()
