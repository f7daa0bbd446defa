"""The HTTP call of tests and chaos runs."""

from collections.abc import Iterator

import pytest

from winnow_harness.fixtures.gateway import GatewayTwin
from winnow_harness.http_call import NO_ANSWER, call


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
