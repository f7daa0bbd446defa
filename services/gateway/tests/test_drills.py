"""The gateway accepts drills as it accepts any job."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts.commands import DrillMedia
from winnow_contracts.tenants import DRILL_TENANT

ADDRESS = "/v1/ops/drills"


def test_a_drill_is_accepted_as_a_job_of_nobody(operator: FlaskClient, jobs: dict[str, Any]) -> None:
    answer = operator.post(ADDRESS, json={"steps": 3, "work_ms": 5, "misbehave": "temporary"})
    assert answer.status_code == 202
    job = jobs[answer.get_json()["job_id"]]
    assert isinstance(job.command, DrillMedia)
    assert (job.command.steps, job.command.work_ms, job.command.misbehave) == (3, 5, "temporary")
    assert (job.command.tenant_id, job.accepted.kind) == (DRILL_TENANT, "drill")
    assert answer.headers["Location"] == answer.get_json()["links"]["trace"]
    stages = operator.get(answer.headers["Location"]).get_json()["job"]["stages"]
    assert [stage["name"] for stage in stages] == ["media", "ai", "index"]


def test_a_drill_shows_in_no_ones_list(operator: FlaskClient, index: Any) -> None:
    index.answers["/internal/v1/jobs"] = {"items": [], "next_cursor": None}
    operator.post(ADDRESS, json={})
    assert operator.get("/v1/jobs").get_json()["items"] == []


def test_a_drill_needs_no_field(operator: FlaskClient, jobs: dict[str, Any]) -> None:
    command = jobs[operator.post(ADDRESS, json={}).get_json()["job_id"]].command
    assert (command.steps, command.work_ms, command.misbehave) == (2, 0, "")


def test_the_same_key_is_the_same_drill(operator: FlaskClient, jobs: dict[str, Any]) -> None:
    first, again = (operator.post(ADDRESS, json={}, headers={"Idempotency-Key": "k"}) for _ in range(2))
    assert first.get_json() == again.get_json()
    assert [answer.headers.get("Idempotency-Replayed") for answer in (first, again)] == [None, "true"]
    assert len(jobs) == 1


def test_the_same_key_for_another_drill_is_refused(operator: FlaskClient) -> None:
    operator.post(ADDRESS, json={}, headers={"Idempotency-Key": "k"})
    answer = operator.post(ADDRESS, json={"steps": 1}, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "idempotency-mismatch")


@pytest.mark.parametrize(
    "body", [[], None, {"steps": -1}, {"steps": True}, {"steps": "2"}, {"work_ms": 60_001}, {"misbehave": []}, {"x": 1}]
)
def test_a_bad_field_is_refused(operator: FlaskClient, jobs: dict[str, Any], body: Any) -> None:
    answer = operator.post(ADDRESS, json=body)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid-field")
    assert jobs == {}
