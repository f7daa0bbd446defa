"""Clients that send or read slowly, or not at all, and who is served meanwhile."""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from .index_answers import JOB_ID, MEDIA_ID, job_view, media_view
from .pictures import png
from .real_server import Server, read_all
from .sounds import wav

THREADS, UPLOADS_WITH_THREADS, UPLOADS_PER_KEY, ANSWERS_PER_KEY = 8, 3, 30, 40
"""As the server of these tests has them."""
SOON_SECONDS = 2.0


@pytest.fixture
def clients() -> Iterator[ExitStack]:
    """Closes the clients of a test at its end."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture(autouse=True)
def _recording(index: Any) -> None:
    index.answers[f"/internal/v1/media/{MEDIA_ID}"] = media_view()
    index.answers[f"/internal/v1/jobs/{JOB_ID}"] = job_view()


def connect(server: Server, clients: ExitStack, sent: bytes = b"") -> socket.socket:
    connection = clients.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=30))
    connection.sendall(sent)
    return connection


def get(server: Server, clients: ExitStack, path: str, *headers: str) -> tuple[socket.socket, bytes]:
    """Asks, and reads no more than the status."""
    lines = (f"GET {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {server.key}", *headers, "", "")
    connection = connect(server, clients, "\r\n".join(lines).encode())
    return connection, connection.recv(12)


def play(server: Server, clients: ExitStack) -> tuple[socket.socket, bytes]:
    return get(server, clients, f"/v1/media/{MEDIA_ID}/stream")


def follow(server: Server, clients: ExitStack) -> tuple[socket.socket, bytes]:
    return get(server, clients, f"/v1/jobs/{JOB_ID}/events")


def answers_soon(port: int) -> bool:
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/healthz")
    ok = connection.getresponse().status == 200
    connection.close()
    return ok and time.monotonic() - began < SOON_SECONDS


def test_half_heads_paused_players_and_event_streams_leave_both_ports_answering(
    server: Server, clients: ExitStack
) -> None:
    for _ in range(10 * THREADS):
        connect(server, clients)
        connect(server, clients, b"GET / HTTP/1.1\r\nHo")
    for _ in range(ANSWERS_PER_KEY // 2):
        assert play(server, clients)[1] == follow(server, clients)[1] == b"HTTP/1.1 200"
    time.sleep(0.5)
    for _ in range(3):
        assert answers_soon(server.health_port)
        assert answers_soon(server.port)


@pytest.mark.parametrize(
    ("most", "framing"),
    [(UPLOADS_PER_KEY, "Content-Length: 100000"), (UPLOADS_WITH_THREADS, "Transfer-Encoding: chunked")],
)
def test_a_key_has_only_so_many_uploads_at_once_and_short_requests_are_answered(
    server: Server, clients: ExitStack, most: int, framing: str
) -> None:
    another = server.head(framing) + (b"fffff\r\n" + wav(3) if "chunked" in framing else b"")
    uploads = [connect(server, clients, another) for _ in range(most)]
    deadline = time.monotonic() + 20
    while not (refused := begin(server, clients, another)).startswith(b"HTTP/1.1 429"):
        assert time.monotonic() < deadline, "one upload more than its key may have is taken"
    assert b"Retry-After: " in refused
    assert server.request("GET", f"/v1/media/{MEDIA_ID}")[0] == 200
    uploads[0].close()
    while begin(server, clients, another).startswith(b"HTTP/1.1 429"):
        assert time.monotonic() < deadline, "the place of an upload whose client left stays taken"
        time.sleep(0.1)


def begin(server: Server, clients: ExitStack, head: bytes) -> bytes:
    """What is answered to an upload that has just begun; empty where it is waited for."""
    connection = connect(server, clients, head)
    connection.settimeout(0.5)
    try:
        return connection.recv(4096)
    except TimeoutError:
        connection.close()
        return b""


def test_slow_uploads_leave_short_requests_answered_and_a_fast_upload_going(server: Server, clients: ExitStack) -> None:
    data = wav(10)
    slow = [connect(server, clients, server.head(f"Content-Length: {len(data)}")) for _ in range(3 * THREADS)]
    for at in range(0, len(data), len(data) // 5):
        for connection in slow:
            connection.sendall(data[at : at + len(data) // 5])
        assert answers_soon(server.port)
        assert answers_soon(server.health_port)
        began = time.monotonic()
        assert server.request("POST", "/v1/media?filename=a.wav", wav(100))[0] == 202
        assert time.monotonic() - began < SOON_SECONDS
    assert {read_all(connection)[:12] for connection in slow} == {b"HTTP/1.1 202"}


def test_waits_for_photos_leave_short_requests_answered_and_each_is_told_in_time(
    server: Server, clients: ExitStack
) -> None:
    lines = ("POST /v1/photos?filename=a.png HTTP/1.1", "Host: x", f"Authorization: Bearer {server.key}")
    head = "\r\n".join((*lines, "Prefer: wait=5", f"Content-Length: {len(png())}", "", "")).encode()
    waiting = [connect(server, clients, head + png()) for _ in range(3 * THREADS)]
    began = time.monotonic()
    while time.monotonic() - began < 2:
        assert answers_soon(server.port)
    answers = [connection.recv(65536) for connection in waiting]
    assert {answer[:12] for answer in answers} == {b"HTTP/1.1 202"}
    assert all(b"Preference-Applied: wait=5" in answer for answer in answers)
    assert time.monotonic() - began > 4


def test_a_key_has_only_so_many_answers_open_and_the_place_of_one_who_leaves_is_free(
    server: Server, clients: ExitStack
) -> None:
    players = [play(server, clients) for _ in range(ANSWERS_PER_KEY)]
    assert {status for _, status in players} == {b"HTTP/1.1 200"}
    for another in (play, follow):
        assert another(server, clients)[1] == b"HTTP/1.1 429"
    players[0][0].close()
    wait_for_a_place(server, clients)


@pytest.mark.parametrize("limits", [{"send_stall_seconds": 1}])
def test_a_client_that_stops_reading_is_dropped_and_its_place_is_free(server: Server, clients: ExitStack) -> None:
    players = [play(server, clients)[0] for _ in range(ANSWERS_PER_KEY)]
    wait_for_a_place(server, clients)
    with pytest.raises(ConnectionResetError):
        read_all(players[0])


def wait_for_a_place(server: Server, clients: ExitStack) -> None:
    deadline = time.monotonic() + 30
    while follow(server, clients)[1] != b"HTTP/1.1 200":
        assert time.monotonic() < deadline, "no place becomes free"
        time.sleep(0.1)


@pytest.mark.parametrize("limits", [{"receive_stall_seconds": 2}])
def test_an_upload_that_stalls_is_given_up(server: Server) -> None:
    began = time.monotonic()
    answer = server.talk(server.head("Content-Length: 100000"), wav()[:2000])
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"nothing more came" in answer
    assert time.monotonic() - began < 25


@pytest.mark.parametrize("limits", [{"least_bytes_per_second": 1024, "rate_seconds": 2}])
@pytest.mark.parametrize("kind", ["raw", "form"])
def test_an_upload_below_the_least_rate_is_given_up_with_a_sentence(
    server: Server, clients: ExitStack, kind: str
) -> None:
    form = ("Content-Type: multipart/form-data; boundary=b",) if kind == "form" else ()
    connection = connect(server, clients, server.head("Content-Length: 100000", *form))
    problem = problem_of(trickle(connection))
    assert (problem["status"], problem["code"], problem["retryable"]) == (408, "too-slow", True)
    assert "bytes came" in problem["detail"]


@pytest.mark.parametrize("limits", [{"head_seconds": 1, "least_bytes_per_second": 9000}])
def test_a_short_body_that_trickles_is_given_up_with_and_without_a_key(server: Server, clients: ExitStack) -> None:
    length = "Content-Length: 9000\r\n\r\n"
    json_head = f"Authorization: Bearer {server.key}\r\nContent-Type: application/json\r\n"
    form_head = "Content-Type: application/x-www-form-urlencoded\r\n"
    for path, head in ((f"/v1/photos/{MEDIA_ID}/feedback", json_head), ("/signin", form_head)):
        sent = f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{head}{length}"
        assert trickle(connect(server, clients, sent.encode())).startswith(b"HTTP/1.1 408"), path


def test_forms_that_trickle_in_chunks_without_a_key_leave_short_requests_answered(
    server: Server, clients: ExitStack
) -> None:
    head = "POST /signin HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    slow = [connect(server, clients, f"{head}Transfer-Encoding: chunked\r\n\r\nff\r\n".encode()) for _ in range(20)]
    for _ in range(3):
        for connection in slow:
            connection.sendall(b"-")
        assert answers_soon(server.port)


def test_json_that_trickles_leaves_short_requests_answered_and_is_read_whole(
    server: Server, clients: ExitStack
) -> None:
    path = f"/v1/uploads/{JOB_ID.replace('job', 'upl')}/complete"
    lines = (f"POST {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {server.key}", "Connection: close")
    head = "\r\n".join((*lines, "Content-Type: application/json", "Content-Length: 90000", "", ""))
    slow = [connect(server, clients, head.encode()) for _ in range(3 * THREADS)]
    for part in (b" " * 45_000, b" " * 44_999 + b"7"):
        for connection in slow:
            connection.sendall(part)
        assert answers_soon(server.port)
    assert {read_all(connection)[:12] for connection in slow} == {b"HTTP/1.1 422"}


@pytest.mark.parametrize("limits", [{"rate_seconds": 4, "least_bytes_per_second": 100}])
def test_an_upload_above_the_least_rate_is_taken_however_long_it_lasts(server: Server, clients: ExitStack) -> None:
    data = wav(10)
    connection = connect(server, clients, server.head(f"Content-Length: {len(data)}"))
    began = time.monotonic()
    for at in range(0, len(data), len(data) // 25):
        connection.sendall(data[at : at + len(data) // 25])
        time.sleep(0.2)
    assert read_all(connection).startswith(b"HTTP/1.1 202")
    assert time.monotonic() - began > 4


def trickle(connection: socket.socket) -> bytes:
    """Sends a byte now and then until the server answers; returns the answer."""
    deadline = time.monotonic() + 25
    connection.settimeout(0.1)
    while time.monotonic() < deadline:
        try:
            connection.sendall(b"-")
            begun = connection.recv(65536)
        except TimeoutError:
            continue
        connection.settimeout(30)
        return begun + read_all(connection)
    raise AssertionError("the server reads on for ever")


def problem_of(answer: bytes) -> Any:
    return json.loads(answer.partition(b"\r\n\r\n")[2])
