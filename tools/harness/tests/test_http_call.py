"""The HTTP call of tests and chaos runs."""

import socket
import threading
from collections.abc import Iterator

import pytest

from winnow_harness.fixtures.gateway import GatewayTwin
from winnow_harness.http_call import NO_ANSWER, call, exchange


@pytest.fixture
def twin() -> Iterator[GatewayTwin]:
    twin = GatewayTwin({"GET /a?b=c": (200, {"found": True}), "POST /a": (409, {"code": "conflict"})})
    twin.start()
    yield twin
    twin.stop()


def test_an_answer_comes_with_its_status_and_its_json(twin: GatewayTwin) -> None:
    assert call("GET", f"{twin.url}/a?b=c", "key", seconds=10) == (200, {"found": True})


def test_a_refusal_is_an_answer(twin: GatewayTwin) -> None:
    assert call("POST", f"{twin.url}/a", "key", b"{}", {"Idempotency-Key": "1"}, seconds=10) == (
        409,
        {"code": "conflict"},
    )


def test_where_nobody_listens_no_answer_comes() -> None:
    assert call("GET", "http://127.0.0.1:1/a", "key", seconds=10) == (NO_ANSWER, None)


def test_an_exchange_gives_the_whole_answer_and_raises_where_nobody_listens(twin: GatewayTwin) -> None:
    answer = exchange("POST", f"{twin.url}/a", "key", b"{}", seconds=10)
    assert (answer.status, answer.json()) == (409, {"code": "conflict"})
    assert answer.headers["content-length"] == str(len(answer.data))
    with pytest.raises(OSError, match="refused"):
        exchange("GET", "http://127.0.0.1:1/a", "key", seconds=10)


def test_an_upload_refused_before_all_of_it_was_sent_has_its_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def refuse() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\n{}")

        thread = threading.Thread(target=refuse)
        thread.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/v1/media"
        assert call("POST", url, "key", bytes(20_000_000), seconds=10) == (413, {})
        thread.join()
