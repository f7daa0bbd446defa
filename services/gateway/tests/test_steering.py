"""Cancelling and retrying jobs through the API."""

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts.api_keys import ApiKey
from winnow_contracts.commands import ReplayTask
from winnow_contracts.control import ControlKind, ControlMessage
from winnow_contracts.tenants import DRILL_TENANT

from .index_answers import JOB_ID, MEDIA_ID, TASK_ID, job_view, task_view, trace_of
from .sounds import wav

CANCEL = f"/internal/v1/jobs/{JOB_ID}/cancel"
TRACE = f"/internal/v1/jobs/{JOB_ID}/trace"


def ended(status: str, *tasks: tuple[str, bool], run: int = 1) -> dict[str, Any]:
    """A trace of a job with that end; ``tasks`` are task ids, and whether the next run can begin at them."""
    found = [task_view(task_id, replayable=replayable) for task_id, replayable in tasks]
    return trace_of(job_view(status, run=run), *found)


def test_a_cancelled_job_is_answered_and_every_node_is_told(
    client: FlaskClient, key: ApiKey, index: Any, news: list[ControlMessage]
) -> None:
    index.answers[CANCEL] = {"job": job_view("cancelled", run=2), "run": 2}
    answer = client.post(f"/v1/jobs/{JOB_ID}/cancel")
    assert (answer.status_code, answer.get_json()["status"]) == (200, "cancelled")
    assert answer.get_json()["links"]["self"] == f"/v1/jobs/{JOB_ID}"
    assert news == [ControlMessage(kind=ControlKind.CANCEL, name=JOB_ID, run=2)]
    assert index.asked(CANCEL) == [{"tenant_id": "default", "media_id": None, "who": key.key_id, "bulk": False}]


def test_what_a_cancellation_stopped_is_shown_as_cancelled_at_once(client: FlaskClient, index: Any) -> None:
    stages = job_view("running", "transcribe")["stages"]
    index.answers[CANCEL] = {"job": job_view("cancelled", stages=stages), "run": 1}
    shown = client.post(f"/v1/jobs/{JOB_ID}/cancel").get_json()["stages"]
    assert [stage["status"] for stage in shown] == ["done", "done", "cancelled", "waiting", "waiting"]


def test_a_job_accepted_a_moment_ago_is_cancelled_by_its_media(client: FlaskClient, key: ApiKey, index: Any) -> None:
    body = client.post("/v1/media?filename=a.wav", data=wav()).get_json()
    path = f"/internal/v1/jobs/{body['job_id']}/cancel"
    index.answers[path] = {"job": job_view("cancelled"), "run": 1}
    assert client.post(f"/v1/jobs/{body['job_id']}/cancel").status_code == 200
    assert index.asked(path) == [
        {"tenant_id": "default", "media_id": body["media_id"], "who": key.key_id, "bulk": False}
    ]


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [("already-ended", 409, "already-ended"), ("not-found", 404, "not-found"), ("unavailable", 503, "unavailable")],
)
def test_a_job_that_can_not_be_cancelled_is_told_so_and_no_node_is(
    client: FlaskClient, index: Any, news: list[ControlMessage], said: str, status: int, code: str
) -> None:
    index.answers[CANCEL] = said
    answer = client.post(f"/v1/jobs/{JOB_ID}/cancel")
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert news == []


def test_an_operator_may_cancel_drills_and_nobody_elses_jobs(operator: FlaskClient, index: Any) -> None:
    index.answers[CANCEL] = lambda body: (
        {"job": job_view("cancelled"), "run": 1} if body["tenant_id"] == DRILL_TENANT else "not-found"
    )
    assert operator.post(f"/v1/jobs/{JOB_ID}/cancel").status_code == 200
    assert [body["tenant_id"] for body in index.asked(CANCEL)] == ["default", DRILL_TENANT]


def test_others_do_not_reach_drills(client: FlaskClient, index: Any) -> None:
    client.post(f"/v1/jobs/{JOB_ID}/cancel")
    assert [body["tenant_id"] for body in index.asked(CANCEL)] == ["default"]


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_a_job_that_ended_badly_is_tried_again_from_where_it_ended(
    client: FlaskClient, index: Any, sent: list[Any], status: str
) -> None:
    index.answers[TRACE] = ended(status, ("t1", False), (TASK_ID, True), run=3)
    answer = client.post(f"/v1/jobs/{JOB_ID}/retry")
    assert (answer.status_code, answer.headers["Location"]) == (202, f"/v1/jobs/{JOB_ID}")
    ((command, run),) = sent
    wanted = ReplayTask(tenant_id="default", job_id=JOB_ID, media_id=MEDIA_ID, task_id=TASK_ID, expected_run=3)
    assert (replace(command, asked_hour=0), run) == (wanted, 4)


def test_asking_twice_sends_one_replay(client: FlaskClient, index: Any, sent: list[Any]) -> None:
    index.answers[TRACE] = ended("failed", (TASK_ID, True))
    for _ in range(2):
        assert client.post(f"/v1/jobs/{JOB_ID}/retry").status_code == 202
    assert len(sent) == 1


@pytest.mark.parametrize("trace", [ended("running"), ended("done"), ended("cancelled", (TASK_ID, False))])
def test_what_has_not_stopped_badly_can_not_be_tried_again(
    client: FlaskClient, index: Any, sent: list[Any], trace: Any
) -> None:
    index.answers[TRACE] = trace
    answer = client.post(f"/v1/jobs/{JOB_ID}/retry")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "not-ready")
    assert sent == []


def test_an_unknown_job_can_not_be_tried_again(client: FlaskClient) -> None:
    assert client.post(f"/v1/jobs/{JOB_ID}/retry").status_code == 404


@pytest.mark.parametrize("what", ["cancel", "retry"])
def test_a_key_that_may_only_read_steers_nothing(
    client: FlaskClient, key: Any, give_keys: Any, index: Any, what: str
) -> None:
    give_keys((key, "default", ["read"], False))
    assert client.post(f"/v1/jobs/{JOB_ID}/{what}").status_code == 403
    assert {path for path, _ in index.seen} == {"/internal/v1/keys"}
