"""The crowd of the bench of waiting clients, and its figures from turns that are known."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from winnow_bench.waiting.crowd import KEY_SHARE, Crowd
from winnow_bench.waiting.figures import ALONE, BESIDE, Turn, summary, table
from winnow_contracts.errors import Conflict


class Answering:
    """Answers each request's head with a status and no more; keeps the connections and what came on each."""

    def __init__(self, status: bytes) -> None:
        self._status = status
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.connections: list[socket.socket] = []
        self.came: list[bytes] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            self.came.append(connection.recv(4096))
            if self.came[-1].startswith(b"GET") and self.came[-1].endswith(b"\r\n\r\n"):
                connection.sendall(self._status)

    def reached(self, count: int) -> None:
        """Returns once so many requests have begun."""
        deadline = time.monotonic() + 10
        while len(self.came) < count:
            assert time.monotonic() < deadline, "fewer came"
            time.sleep(0.01)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        for connection in self.connections:
            connection.close()


@pytest.fixture
def answering() -> Iterator[Answering]:
    server = Answering(b"HTTP/1.1 200 OK\r\n\r\nfilm")
    yield server
    server.close()


@pytest.fixture
def refusing() -> Iterator[Answering]:
    server = Answering(b"HTTP/1.1 429 Too Many\r\n\r\n")
    yield server
    server.close()


def test_each_key_has_its_share_and_who_was_given_up_is_counted(answering: Answering) -> None:
    with Crowd(answering.url) as crowd:
        crowd.ask("/film", ["first", "second"], KEY_SHARE + 2)
        assert crowd.still_open() == KEY_SHARE + 2
        assert sum(b"Bearer first" in came for came in answering.came) == KEY_SHARE
        assert sum(b"Bearer second" in came for came in answering.came) == 2
        given_up = answering.connections[0]
        given_up.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        given_up.close()
        assert crowd.still_open() == KEY_SHARE + 1


def test_a_crowd_that_is_refused_is_no_figure(refusing: Answering) -> None:
    with Crowd(refusing.url) as crowd, pytest.raises(Conflict, match="429"):
        crowd.ask("/film", ["first"], 1)


def test_uploads_come_slowly_and_count_until_they_are_refused(answering: Answering) -> None:
    body = bytes(range(256)) * 100
    with Crowd(answering.url) as crowd:
        crowd.upload("/file", body, ["first"], 3)
        began = time.monotonic()
        answering.reached(3)
        begun = [came.partition(b"\r\n\r\n")[2] for came in answering.came]
        got = [
            first + read_some(one, (11 << 10) - len(first))
            for one, first in zip(answering.connections, begun, strict=True)
        ]
        assert 0.5 < time.monotonic() - began < 10
        assert got == [body[: 11 << 10]] * 3
        answering.connections[0].close()
        assert crowd.still_open() == 2
    assert all(f"Content-Length: {len(body)}".encode() in came for came in answering.came)


def read_some(connection: socket.socket, size: int) -> bytes:
    connection.settimeout(10)
    came = b""
    while len(came) < size and (data := connection.recv(size - len(came))):
        came += data
    return came


def test_half_heads_are_begun_and_not_ended(answering: Answering) -> None:
    with Crowd(answering.url) as crowd:
        crowd.half_heads(3)
        crowd.ask("/film", ["first"], 1)
    assert [came.count(b"\r\n") for came in answering.came] == [1, 1, 1, 4]


def turn(ms: float, pss_bytes: int) -> Turn:
    return Turn(ms={"healthz": [ms] * 98 + [ms * 4] * 2}, cpu_percent=ms, pss_bytes=pss_bytes)


def test_ratios_are_those_of_each_round_and_memory_that_of_the_first_crowd() -> None:
    rounds = [
        {ALONE: turn(2, 100 << 20), BESIDE: turn(3, 110 << 20)},
        {ALONE: turn(4, 110 << 20), BESIDE: turn(4, 111 << 20)},
        {ALONE: turn(1, 111 << 20), BESIDE: turn(2, 111 << 20)},
    ]
    found = summary(rounds, players=400, streams=424, uploaders=200, half_heads=9, still_open=1_013)
    health = found.short["healthz"]
    assert (health.alone_p50_ms, health.beside_p50_ms, health.ratio_p50) == (2, 3, 1.5)
    assert (health.alone_p99_ms, health.beside_p99_ms, health.ratio_p99_spread) == (8, 12, (1.0, 2.0))
    assert (found.gateway_mb_alone, found.gateway_mb_beside, found.kib_an_open_request) == (104.9, 115.3, 10)
    assert found.still_open_percent == 98.9
    assert "98.9 % still open" in table(found)
