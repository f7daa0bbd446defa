"""The API through gunicorn and real sockets: framing, limits, cut-off uploads, memory, an orderly end."""

import hashlib
import http.client
import signal
import socket
import time
from collections.abc import Iterator
from typing import Any

from .index_answers import JOB_ID, job_view
from .pictures import png
from .real_server import Server, read_all
from .sounds import wav


def chunked(data: bytes, size: int) -> Iterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]


def test_raw_and_chunked_bodies_are_taken(server: Server) -> None:
    for body in (wav(5), chunked(wav(5), 10_000)):
        status, headers, answer = server.request("POST", "/v1/media?filename=a.wav", body)
        assert status == 202
        assert server.request("GET", headers["Location"])[2]["media_id"] == answer["media_id"]


def test_a_large_upload_leaves_memory_flat(server: Server) -> None:
    size = 200 << 20
    block = bytes(1 << 20)
    digest = hashlib.sha256()

    def body() -> Iterator[bytes]:
        head = wav(1)
        digest.update(head)
        yield head
        for _ in range(size >> 20):
            digest.update(block)
            yield block

    server.request("POST", "/v1/media?filename=a.wav", wav())
    before = server.peak_bytes()
    status, _, _ = server.request(
        "POST", "/v1/media?filename=a.wav", body(), **{"Content-Length": str(size + len(wav(1)))}
    )
    assert status == 202
    assert server.peak_bytes() - before < 40 << 20


def test_a_chunked_body_past_the_limit_is_cut_and_told(server: Server) -> None:
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=30)
    connection.sendall(server.head("Transfer-Encoding: chunked"))
    block = wav(1) + bytes((1 << 20) - len(wav(1)))
    with connection:
        for _ in range(251):
            connection.sendall(b"100000\r\n" + block + b"\r\n")
        connection.sendall(b"0\r\n\r\n")
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b'"too-large"' in answer


def test_an_upload_that_is_cut_off_is_a_size_mismatch(server: Server) -> None:
    answer = server.talk(server.head("Content-Length: 100000"), wav()[:2000], half_close=True)
    assert answer.startswith(b"HTTP/1.1 422")
    assert b'"size-mismatch"' in answer


def test_a_chunked_upload_that_is_cut_off_is_a_size_mismatch(server: Server) -> None:
    answer = server.talk(server.head("Transfer-Encoding: chunked"), b"7d0\r\n" + wav()[:2000], half_close=True)
    assert answer.startswith(b"HTTP/1.1 422")
    assert b'"size-mismatch"' in answer


def test_an_early_refusal_reaches_a_client_that_still_sends(server: Server) -> None:
    for key, length, status in (("wrong", 20 << 20, 401), (server.key, 300 << 20, 413)):
        lines = ("POST /v1/media?filename=a.wav HTTP/1.1", "Host: x", f"Authorization: Bearer {key}")
        head = "\r\n".join((*lines, f"Content-Length: {length}", "", "")).encode()
        answer = server.talk(head, bytes(20 << 20), half_close=True)
        assert answer.startswith(f"HTTP/1.1 {status}".encode())


def test_a_wait_for_an_answer_ends_when_its_client_hangs_up(server: Server, index: Any) -> None:
    lines = ("POST /v1/photos?filename=a.png HTTP/1.1", "Host: x", f"Authorization: Bearer {server.key}")
    head = "\r\n".join((*lines, "Prefer: wait=30", f"Content-Length: {len(png())}", "", "")).encode()

    def looks() -> int:
        return sum(path.startswith("/internal/v1/photos/") for path, _ in index.seen)

    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(head + png())
        while looks() < 2:
            assert time.monotonic() - began < 20
            time.sleep(0.05)
    seen, since = looks(), time.monotonic()
    while time.monotonic() - since < 2.5:
        assert time.monotonic() - began < 25, "it looks on for nobody"
        time.sleep(0.1)
        if looks() > seen:
            seen, since = looks(), time.monotonic()


def test_a_body_with_broken_framing_is_refused_wherever_it_is_read(server: Server) -> None:
    key = (
        f"Host: x\r\nAuthorization: Bearer {server.key}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n".encode()
    )
    form = b"Content-Type: multipart/form-data; boundary=b\r\n"
    address = f"/v1/photos/{JOB_ID.replace('job', 'med')}/feedback".encode()
    for path, kind, code in (
        (b"/v1/media", form, b"size-mismatch"),
        (b"/v1/photos", form, b"size-mismatch"),
        (b"/v1/media?filename=a.wav", b"", b"size-mismatch"),
        (address, b"Content-Type: application/json\r\n", b"malformed"),
    ):
        answer = server.talk(b"POST " + path + b" HTTP/1.1\r\n" + key + kind + b"\r\nno length\r\n")
        assert answer.startswith(b"HTTP/1.1 4"), path
        assert code in answer, path


def test_a_request_that_is_no_http_does_not_hurt(server: Server) -> None:
    assert b" 400 " in server.talk(b"\x16\x03\x01 nonsense\r\n\r\n")
    assert server.request("GET", "/healthz")[0] == 200


def test_the_server_ends_in_order_while_a_stream_is_open(server: Server, index: Any) -> None:
    index.answers[f"/internal/v1/jobs/{JOB_ID}"] = job_view()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", f"/v1/jobs/{JOB_ID}/events", headers={"Authorization": f"Bearer {server.key}"})
    answer = connection.getresponse()
    assert answer.read(11) == b"retry: 3000"
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    answer.read()
    connection.close()
    assert server.process.wait(timeout=100) == 0
    assert time.monotonic() - began < 40
    assert (server.data_dir / "stopped").exists()
