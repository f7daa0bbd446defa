"""While the lane of a job takes nothing, its upload is answered with 429 before the body is read."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_chassis.outbox.submission_memory import MemorySubmissions
from winnow_contracts import queues
from winnow_gateway.dependencies import Dependencies

from .pictures import png
from .sounds import wav
from .test_uploads import Unread

KEYED = {"Idempotency-Key": "k"}
FULL = {queues.MEDIA_EXAMINE: 17.0, queues.MEDIA: 17.0}


@pytest.fixture
def full(parts: Dependencies) -> dict[str, float]:
    """The full lanes; a test adds some."""
    assert isinstance(parts.intake, MemorySubmissions)
    return parts.intake.full


def unread(content_type: str = "application/octet-stream") -> dict[str, Any]:
    """A request whose body nobody may read."""
    return {
        "input_stream": Unread(),
        "content_type": content_type,
        "environ_overrides": {"CONTENT_LENGTH": "1000"},
    }


@pytest.mark.parametrize("content_type", ["application/octet-stream", "multipart/form-data; boundary=b"])
@pytest.mark.parametrize("headers", [{}, KEYED])
@pytest.mark.parametrize("address", ["/v1/media?filename=a.wav", "/v1/photos?filename=a.png"])
def test_an_upload_is_refused_with_the_time_after_which_to_ask_again_and_its_body_is_not_read(
    client: FlaskClient,
    parts: Dependencies,
    jobs: dict[str, Any],
    full: dict[str, float],
    address: str,
    headers: dict[str, str],
    content_type: str,
) -> None:
    full.update(FULL)
    answer = client.post(address, headers=headers, **unread(content_type))
    assert (answer.status_code, answer.get_json()["code"]) == (429, "rate-limited")
    assert (answer.headers["Retry-After"], answer.get_json()["retryable"]) == ("17", True)
    assert (list(parts.objects.keys("")), jobs) == ([], {})


def test_a_drill_is_refused_too_and_its_body_is_not_read(
    operator: FlaskClient, jobs: dict[str, Any], full: dict[str, float]
) -> None:
    full.update(FULL)
    answer = operator.post("/v1/ops/drills", **unread("application/json"))
    assert (answer.status_code, answer.get_json()["code"], answer.headers["Retry-After"]) == (429, "rate-limited", "17")
    assert jobs == {}


def test_what_another_lane_takes_is_accepted(
    client: FlaskClient, operator: FlaskClient, jobs: dict[str, Any], full: dict[str, float]
) -> None:
    full[queues.MEDIA_EXAMINE] = 17.0
    assert operator.post("/v1/ops/drills", json={}).status_code == 202
    assert len(jobs) == 1


def test_a_bulk_upload_is_refused_where_the_bulk_lane_is_full_and_only_then(
    client: FlaskClient, jobs: dict[str, Any], full: dict[str, float]
) -> None:
    full[queues.MEDIA_BULK] = 17.0
    assert client.post("/v1/media?filename=a.wav&priority=bulk", **unread()).status_code == 429
    assert client.post("/v1/media?filename=a.wav", data=wav()).status_code == 202
    full.clear()
    full.update(FULL)
    assert client.post("/v1/media?filename=a.wav&priority=bulk", data=wav()).status_code == 202
    assert len(jobs) == 2


@pytest.mark.parametrize(
    ("address", "body"), [("/v1/media?filename=a.wav", wav()), ("/v1/photos?filename=a.png", png())]
)
def test_a_repeated_upload_of_a_known_job_gets_its_answer(
    client: FlaskClient, full: dict[str, float], address: str, body: bytes
) -> None:
    first = client.post(address, data=body, headers=KEYED)
    full.update(FULL)
    again = client.post(address, data=body, headers=KEYED)
    assert (again.status_code, again.get_json()) == (202, first.get_json())
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_repeated_drill_gets_its_answer(operator: FlaskClient, full: dict[str, float]) -> None:
    first = operator.post("/v1/ops/drills", json={}, headers=KEYED)
    full.update(FULL)
    again = operator.post("/v1/ops/drills", json={}, headers=KEYED)
    assert (again.status_code, again.get_json()) == (202, first.get_json())
