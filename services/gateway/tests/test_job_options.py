"""Every way to submit a job takes the same options."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from winnow_contracts.job_options import JobOptions
from winnow_contracts.queues import Priority

from .pictures import png
from .sounds import wav

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
def test_another_priority_than_those_is_refused(
    operator: FlaskClient, jobs: dict[str, Any], send: Any, path: str, body: bytes
) -> None:
    answer = send(operator, path, body, priority="urgent")
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
