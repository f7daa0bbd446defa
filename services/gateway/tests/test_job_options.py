"""Every way to submit a job takes the same options."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from winnow_contracts.job_options import JobOptions, Track
from winnow_contracts.queues import Priority
from winnow_gateway.clients.views import accepted_job

from .pictures import png
from .sounds import wav
from .test_full_lane import unread

KEYED = {"Idempotency-Key": "k"}


def raw(client: FlaskClient, path: str, body: bytes, **fields: str) -> TestResponse:
    return client.post(path, query_string={"filename": "a", **fields}, data=body, headers=KEYED)


def form(client: FlaskClient, path: str, body: bytes, **fields: str) -> TestResponse:
    return client.post(path, data={"file": (io.BytesIO(body), "a"), **fields}, headers=KEYED)


def drill(client: FlaskClient, path: str, body: bytes, **fields: str) -> TestResponse:
    return client.post(path, json=fields, headers=KEYED)


def batch(client: FlaskClient, path: str, body: bytes, **fields: str) -> TestResponse:
    return client.post(path, json={"jobs": [{"kind": "drill", **fields}]}, headers=KEYED)


WAYS = [
    pytest.param(raw, "/v1/media", wav(), id="recording"),
    pytest.param(form, "/v1/media", wav(), id="form of a recording"),
    pytest.param(raw, "/v1/photos", png(), id="photo"),
    pytest.param(form, "/v1/photos", png(), id="form of a photo"),
    pytest.param(drill, "/v1/ops/drills", b"", id="drill"),
    pytest.param(batch, "/v1/jobs:batch", b"", id="batch"),
]
each_way = pytest.mark.parametrize(("send", "path", "body"), WAYS)


@each_way
def test_a_job_without_options_is_an_ordinary_one(
    operator: FlaskClient, jobs: dict[str, Any], send: Any, path: str, body: bytes
) -> None:
    assert send(operator, path, body).status_code == 202
    (job,) = jobs.values()
    assert job.accepted.options == JobOptions()


@each_way
def test_a_priority_is_kept_with_the_job(
    operator: FlaskClient, jobs: dict[str, Any], send: Any, path: str, body: bytes
) -> None:
    assert send(operator, path, body, priority="bulk").status_code == 202
    (job,) = jobs.values()
    assert job.accepted.options.priority is Priority.BULK


@each_way
def test_how_a_job_is_tracked_is_kept_with_it_and_shown(
    operator: FlaskClient, jobs: dict[str, Any], send: Any, path: str, body: bytes
) -> None:
    assert send(operator, path, body, track="outcome").status_code == 202
    (job,) = jobs.values()
    assert job.accepted.options.track is Track.OUTCOME
    assert accepted_job(job).track == "outcome"


@each_way
def test_metadata_is_kept_with_the_job_and_shown(
    operator: FlaskClient, jobs: dict[str, Any], send: Any, path: str, body: bytes
) -> None:
    metadata = {"course": "biology", "week": 3, "draft": False}
    is_json = path.startswith(("/v1/ops", "/v1/jobs"))
    assert send(operator, path, body, metadata=metadata if is_json else json.dumps(metadata)).status_code == 202
    (job,) = jobs.values()
    assert job.accepted.options.metadata == metadata
    if not is_json:
        assert operator.get(f"/v1/jobs/{job.command.job_id}").get_json()["metadata"] == metadata


@pytest.mark.parametrize(
    "metadata",
    [
        "no JSON",
        "[]",
        '{"a": NaN}',
        '{"a": null}',
        '{"a": {"b": 1}}',
        '{"a b": 1}',
        '{"": 1}',
        '{"a": "\\u0000"}',
        json.dumps({f"k{number}": 1 for number in range(17)}),
        json.dumps({f"k{number}": "x" * 600 for number in range(4)}),
    ],
)
def test_metadata_that_is_no_small_flat_object_is_refused_before_the_body_is_read(
    client: FlaskClient, jobs: dict[str, Any], metadata: str
) -> None:
    answer = client.post("/v1/media", query_string={"filename": "a", "metadata": metadata}, **unread())
    assert (answer.status_code, answer.get_json()["code"], jobs) == (422, "invalid-field", {})


def test_jobs_are_asked_for_by_their_metadata(client: FlaskClient, index: Any) -> None:
    index.answers["/internal/v1/jobs"] = {"items": [], "next_cursor": None}
    raw(client, "/v1/media", wav(), metadata='{"week": 3, "a.b": "x"}')
    for query, found in (("week=3", 1), ("a.b=x", 1), ("week=4", 0), ("other=3", 0)):
        answer = client.get(f"/v1/jobs?metadata.{query}").get_json()
        assert len(answer["items"]) == found, query


@pytest.mark.parametrize("query", ["metadata=1", "metadata.=1", "tags.a=1", "metadata.a=1&metadata.a=2"])
def test_another_form_of_that_question_is_refused(client: FlaskClient, query: str) -> None:
    assert client.get(f"/v1/jobs?{query}").status_code == 422


@each_way
def test_a_job_that_is_to_begin_later_says_when(
    operator: FlaskClient, jobs: dict[str, Any], send: Any, path: str, body: bytes
) -> None:
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    assert send(operator, path, body, not_before=at.isoformat()).status_code == 202
    (job,) = jobs.values()
    assert job.accepted.options.not_before_ms == at.timestamp() * 1000
    view = accepted_job(job)
    assert (view.status, view.not_before) == ("scheduled", at.strftime("%Y-%m-%dT%H:%M:%S.000Z"))


@pytest.mark.parametrize("when", ["soon", "2026-11-30T22:00:00", "3026-11-30T22:00:00Z"])
@each_way
def test_a_time_without_offset_or_too_far_ahead_is_refused(
    operator: FlaskClient, jobs: dict[str, Any], send: Any, path: str, body: bytes, when: str
) -> None:
    answer = send(operator, path, body, not_before=when)
    assert (answer.status_code, answer.get_json()["code"], jobs) == (422, "invalid-field", {})


@pytest.mark.parametrize("field", [{"priority": "urgent"}, {"track": "nothing"}], ids=lambda field: next(iter(field)))
@each_way
def test_another_word_than_those_is_refused(
    operator: FlaskClient, jobs: dict[str, Any], send: Any, path: str, body: bytes, field: dict[str, str]
) -> None:
    answer = send(operator, path, body, **field)
    assert (answer.status_code, answer.get_json()["code"], jobs) == (422, "invalid-field", {})


@each_way
def test_the_same_key_with_another_priority_is_another_job_and_refused(
    operator: FlaskClient, index: Any, send: Any, path: str, body: bytes
) -> None:
    assert send(operator, path, body, priority="bulk").status_code == 202
    again = send(operator, path, body, priority="bulk")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (202, "true")
    answer = send(operator, path, body)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "idempotency-mismatch")
