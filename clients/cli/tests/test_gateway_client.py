"""The client against a small HTTP server that answers like the gateway."""

import json
import os
import socket
import struct
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from winnow_cli.gateway_client import GatewayClient
from winnow_contracts.errors import BadInput, NotFound, Unavailable, WinnowError


class Handler(BaseHTTPRequestHandler):
    received: dict[str, object]

    def do_GET(self) -> None:
        if self.headers["Authorization"] != "Bearer key":
            return self._answer(401, {"detail": "No key.", "code": "unauthenticated"})
        if self.path.startswith("/v1/jobs/absent"):
            return self._answer(404, {"detail": "There is no such job.", "code": "not-found"})
        if self.path == "/nonsense":
            return self._send(200, b"<html>")
        return self._answer(200, {"path": self.path})

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        if length > 1_000_000:
            self.close_connection = True
            return self._answer(413, {"detail": "Too large.", "code": "too-large", "hint": "Send less."})
        type(self).received = {"path": self.path, "body": self.rfile.read(length), "type": self.headers["Content-Type"]}
        return self._answer(202, {"media_id": "med_1", "job_id": "job_1"})

    def _answer(self, status: int, value: object) -> None:
        self._send(status, json.dumps(value).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_upload_streams_the_file_and_tells_its_progress(url: str, tmp_path: Path) -> None:
    file = tmp_path / "한국어 talk.mp4"
    file.write_bytes(b"x" * 100_000)
    told: list[tuple[int, int]] = []
    answer = GatewayClient(url, "key").upload(file, lambda sent, size: told.append((sent, size)))
    assert answer["job_id"] == "job_1"
    assert Handler.received["body"] == b"x" * 100_000
    assert Handler.received["type"] == "video/mp4"
    assert "%20talk.mp4" in str(Handler.received["path"])
    assert told[-1] == (100_000, 100_000)


def test_a_refused_upload_gives_the_reason_though_it_was_cut_off(url: str, tmp_path: Path) -> None:
    file = tmp_path / "large.mp4"
    file.write_bytes(b"x" * 20_000_000)
    with pytest.raises(WinnowError, match="Too large") as refused:
        GatewayClient(url, "key").upload(file)
    assert (refused.value.code, refused.value.hint) == ("too-large", "Send less.")


def test_a_file_that_becomes_shorter_is_told_of_at_once(url: str, tmp_path: Path) -> None:
    file = tmp_path / "a.wav"
    file.write_bytes(b"x" * 900_000)

    def cut(sent: int, size: int) -> None:
        os.truncate(file, 100_000)

    with pytest.raises(BadInput, match="became shorter") as told:
        GatewayClient(url, "key").upload(file, cut)
    assert told.value.code == "size-mismatch"


def test_a_file_that_grows_is_sent_as_long_as_it_was_announced(url: str, tmp_path: Path) -> None:
    file = tmp_path / "a.wav"
    file.write_bytes(b"x" * 100_000)

    def grow(sent: int, size: int) -> None:
        with file.open("ab") as more:
            more.write(b"y" * 100_000)

    assert GatewayClient(url, "key").upload(file, grow)["job_id"] == "job_1"
    assert Handler.received["body"] == b"x" * 100_000


def test_an_answer_that_is_no_json_is_not_taken_for_winnows(url: str, tmp_path: Path) -> None:
    with pytest.raises(WinnowError, match="is not Winnow"):
        GatewayClient(url, "key").get("/nonsense")


def test_a_missing_file_is_named(url: str, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"absent\.mp4"):
        GatewayClient(url, "key").upload(tmp_path / "absent.mp4")


def test_absent_values_are_left_out_of_a_query(url: str) -> None:
    assert GatewayClient(url, "key").get("/v1/jobs", {"status": None, "limit": 3}) == {"path": "/v1/jobs?limit=3"}


def test_problems_become_our_errors(url: str) -> None:
    with pytest.raises(NotFound, match="no such job"):
        GatewayClient(url, "key").get("/v1/jobs/absent")
    with pytest.raises(WinnowError, match="No key") as refused:
        GatewayClient(url, "wrong").get("/v1/jobs")
    assert refused.value.code == "unauthenticated"


def test_a_gateway_that_is_away_is_said_to_be() -> None:
    with pytest.raises(Unavailable, match="does not answer"):
        GatewayClient("http://127.0.0.1:1", "key").get("/v1/jobs")


def test_a_connection_that_is_reset_while_it_is_made_is_no_answer() -> None:
    """A TLS handshake with something that hangs up."""

    def hang_up() -> None:
        connection, _ = listener.accept()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close with a reset
        connection.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=hang_up)
        thread.start()
        with pytest.raises(Unavailable, match="does not answer"):
            GatewayClient(f"https://127.0.0.1:{listener.getsockname()[1]}", "key").get("/v1/jobs")
        thread.join()


def test_bytes_are_sent_with_their_query_and_their_kind(url: str) -> None:
    client = GatewayClient(url, "key")
    client.send_bytes("/v1/photos", b"photo", {"filename": "a b.jpg", "region": None})
    assert Handler.received["path"] == "/v1/photos?filename=a%20b.jpg"
    assert Handler.received["body"] == b"photo"
    assert Handler.received["type"] == "application/octet-stream"


def test_a_file_is_fetched_as_it_is_and_a_missing_one_is_an_error(url: str) -> None:
    client = GatewayClient(url, "key")
    assert client.fetch("/v1/photos/a/image") == b'{"path": "/v1/photos/a/image"}'
    with pytest.raises(NotFound):
        client.fetch("/v1/jobs/absent")
