"""The gateway accepts a batch whole or not at all."""

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from winnow_chassis.outbox.submission_memory import MemorySubmissions
from winnow_contracts import api_keys, identity, object_keys
from winnow_contracts.commands import DrillMedia, JoinBatch
from winnow_contracts.errors import Unavailable
from winnow_contracts.tenants import DRILL_TENANT
from winnow_gateway.app import create_app
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.settings import GatewaySettings

ADDRESS = "/v1/jobs:batch"
KEYED = {"Idempotency-Key": "k"}
JOINED = {"jobs": [{"kind": "drill"}] * 2, "then": {"kind": "drill", "steps": 3}}


def drills(*steps: int) -> dict[str, Any]:
    return {"jobs": [{"kind": "drill", "steps": one} for one in steps]}


def test_a_batch_is_as_many_jobs_in_the_order_of_the_request(operator: FlaskClient, jobs: dict[str, Any]) -> None:
    answer = operator.post(ADDRESS, json=drills(1, 2, 3))
    assert answer.status_code == 202
    items = answer.get_json()["items"]
    assert [jobs[item["job_id"]].command.steps for item in items] == [1, 2, 3]
    assert {job.command.tenant_id for job in jobs.values()} == {DRILL_TENANT}
    assert operator.get(items[0]["links"]["trace"]).status_code == 200


def test_a_thousand_jobs_are_taken_and_one_more_is_not(operator: FlaskClient, jobs: dict[str, Any]) -> None:
    assert operator.post(ADDRESS, json=drills(*[0] * 1000)).status_code == 202
    assert len(jobs) == 1000
    answer = operator.post(ADDRESS, json=drills(*[0] * 1001))
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, "#/jobs")
    assert len(jobs) == 1000


def test_a_batch_that_an_earlier_version_took_is_the_same_batch_here(
    operator: FlaskClient, parts: Dependencies
) -> None:
    as_hashed_before = {"priority": "bulk", "not_before_ms": 0, "metadata": {}}
    hashed = json.dumps([{"steps": 2, "work_ms": 0, "misbehave": "", "options": as_hashed_before}], sort_keys=True)
    sha256 = hashlib.sha256(hashed.encode()).hexdigest()
    batch_id = identity.keyed_job_id(DRILL_TENANT, f"POST {ADDRESS}", "k")
    claim = {"sha256": sha256, "created_ms": 1, "request": "before"}
    parts.objects.put_new(object_keys.claim(DRILL_TENANT, batch_id), json.dumps(claim).encode(), "application/json")
    jobs = {"jobs": [{"kind": "drill", "priority": "bulk"}]}
    answer = operator.post(ADDRESS, json=jobs, headers=KEYED)
    assert (answer.status_code, answer.headers["Idempotency-Replayed"]) == (202, "true")
    jobs["jobs"][0]["track"] = "outcome"
    assert operator.post(ADDRESS, json=jobs, headers=KEYED).get_json()["code"] == "idempotency-mismatch"


def test_faulty_jobs_are_named_by_their_place_and_none_of_the_batch_is_kept(
    operator: FlaskClient, jobs: dict[str, Any]
) -> None:
    faulty = [
        {"kind": "drill"},
        {"kind": "drill", "steps": -1},
        {"kind": "recording"},
        "drill",
        {"kind": "drill", "stops": 1},
        {},
    ]
    answer = operator.post(ADDRESS, json={"jobs": faulty})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid-field")
    pointers = [error["pointer"] for error in answer.get_json()["errors"]]
    assert pointers == ["#/jobs/1/steps", "#/jobs/2/kind", "#/jobs/3", "#/jobs/4", "#/jobs/5/kind"]
    assert jobs == {}


def test_of_many_faults_the_first_twenty_are_told(operator: FlaskClient) -> None:
    answer = operator.post(ADDRESS, json=drills(*[-1] * 30))
    assert len(answer.get_json()["errors"]) == 20


@pytest.mark.parametrize("body", [None, [], {}, {"jobs": []}, {"jobs": {}}, {"jobs": [], "more": 1}])
def test_a_body_without_jobs_is_refused(operator: FlaskClient, jobs: dict[str, Any], body: Any) -> None:
    answer = operator.post(ADDRESS, json=body)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid-field")
    assert jobs == {}


def test_a_body_that_is_too_large_is_refused(operator: FlaskClient) -> None:
    answer = operator.post(ADDRESS, data=b" " * (4 << 20), content_type="application/json")
    assert (answer.status_code, answer.get_json()["code"]) == (413, "too-large")


def test_the_same_key_is_the_same_batch(operator: FlaskClient, jobs: dict[str, Any]) -> None:
    first, again = (operator.post(ADDRESS, json=drills(1, 1), headers=KEYED) for _ in range(2))
    assert first.get_json() == again.get_json()
    assert [answer.headers.get("Idempotency-Replayed") for answer in (first, again)] == [None, "true"]
    assert len(jobs) == 2


def test_the_job_that_joins_a_batch_names_it_and_how_many_it_waits_for(
    operator: FlaskClient, jobs: dict[str, Any]
) -> None:
    answer = operator.post(ADDRESS, json=JOINED, headers=KEYED)
    told = answer.get_json()
    assert answer.headers["Location"] == f"/v1/batches/{told['batch_id']}"
    assert [jobs[item["job_id"]].accepted.batch_id for item in told["items"]] == [told["batch_id"]] * 2
    joining = jobs[told["then"]["job_id"]]
    assert isinstance(joining.command, JoinBatch)
    assert (joining.command.batch_id, joining.command.of, joining.command.steps) == (told["batch_id"], 2, 3)
    assert joining.accepted.batch_id == ""
    assert operator.post(ADDRESS, json=JOINED, headers=KEYED).get_json() == told


@pytest.mark.parametrize("then", [None, "drill", {"kind": "recording"}, {"kind": "drill", "steps": -1}])
def test_a_faulty_job_that_joins_is_named(operator: FlaskClient, jobs: dict[str, Any], then: Any) -> None:
    answer = operator.post(ADDRESS, json={**drills(1), "then": then})
    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"][:6]) == (422, "#/then")
    assert jobs == {}


@pytest.mark.parametrize(
    "other",
    [drills(1), drills(1, 1, 1), drills(1, 2), {**drills(1, 1), "then": {"kind": "drill"}}],
    ids=["fewer", "more", "another", "joined"],
)
def test_the_same_key_for_other_jobs_is_refused(
    operator: FlaskClient, jobs: dict[str, Any], other: dict[str, Any]
) -> None:
    operator.post(ADDRESS, json=drills(1, 1), headers=KEYED)
    answer = operator.post(ADDRESS, json=other, headers=KEYED)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "idempotency-mismatch")
    assert len(jobs) == 2


def test_a_full_lane_refuses_a_batch_before_its_body_is_read_unless_it_is_known(
    operator: FlaskClient, parts: Dependencies
) -> None:
    assert isinstance(parts.intake, MemorySubmissions)
    operator.post(ADDRESS, json=drills(1, 1), headers=KEYED)
    parts.intake.full[DrillMedia.QUEUE] = 7
    refused = operator.post(ADDRESS, data=b"not read")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "7")
    assert operator.post(ADDRESS, json=drills(1, 1), headers=KEYED).status_code == 202


@pytest.fixture
def other_gateway(settings: GatewaySettings, parts: Dependencies, app: Flask) -> tuple[Flask, MemorySubmissions]:
    """Another gateway of the same store."""
    intake = MemorySubmissions()
    folder = parts.data_dir / "other"
    folder.mkdir()
    return create_app(settings, replace(parts, intake=intake, data_dir=folder)), intake


def test_a_repeat_at_another_gateway_is_the_same_batch_and_sent_as_possible_duplicates(
    operator: FlaskClient, jobs: dict[str, Any], other_gateway: tuple[Flask, MemorySubmissions]
) -> None:
    first = operator.post(ADDRESS, json=drills(1, 1), headers=KEYED)
    app, intake = other_gateway
    headers = {**KEYED, "Authorization": operator.environ_base["HTTP_AUTHORIZATION"]}
    again = app.test_client().post(ADDRESS, json=drills(1, 1), headers=headers)
    assert again.get_json() == first.get_json()
    assert intake.jobs == jobs
    assert sorted(intake.possible_duplicates) == sorted(jobs)


def test_a_gateway_that_dies_after_its_claim_leaves_the_batch_to_the_repeat(
    operator: FlaskClient, parts: Dependencies, jobs: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: Any, **__: Any) -> None:
        raise Unavailable("killed", dependency="journal")

    with monkeypatch.context() as dying:
        dying.setattr(parts.intake, "accept_all", dies)
        assert operator.post(ADDRESS, json=drills(1, 1), headers=KEYED).status_code == 503
    assert jobs == {}
    assert operator.post(ADDRESS, json=drills(1, 1), headers=KEYED).status_code == 202
    assert len(jobs) == 2


def test_a_claim_whose_write_was_sent_twice_by_the_client_is_ones_own(
    operator: FlaskClient, parts: Dependencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_new = parts.objects.put_new

    def sent_twice(*given: Any) -> bool:
        put_new(*given)
        return put_new(*given)

    monkeypatch.setattr(parts.objects, "put_new", sent_twice)
    assert "Idempotency-Replayed" not in operator.post(ADDRESS, json=drills(1), headers=KEYED).headers


def test_a_claim_of_a_newer_version_is_told_and_nothing_is_accepted(
    operator: FlaskClient, parts: Dependencies, jobs: dict[str, Any]
) -> None:
    batch_id = identity.keyed_job_id(DRILL_TENANT, "POST /v1/jobs:batch", "k")
    parts.objects.put_json(object_keys.claim(DRILL_TENANT, batch_id), {"something": "else"})
    answer = operator.post(ADDRESS, json=drills(1), headers=KEYED)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "unavailable")
    assert jobs == {}


def test_a_batch_without_a_key_asks_the_store_for_nothing(operator: FlaskClient, parts: Dependencies) -> None:
    assert operator.post(ADDRESS, json=drills(1)).status_code == 202
    assert list(parts.objects.keys("")) == []


def test_a_batch_needs_the_scope_admin(client: FlaskClient, key: api_keys.ApiKey) -> None:
    answer = client.post(ADDRESS, json=drills(1))
    assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden")
