"""What operators can read and do over all tenants."""

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_base.http.internal_clients import IndexClient
from winnow_contracts import queues
from winnow_contracts.commands import ReplayTask
from winnow_contracts.control import ControlKind, ControlMessage
from winnow_contracts.errors import Unavailable
from winnow_gateway.app import create_app
from winnow_gateway.clients.operator_reads import OperatorReads

from .index_answers import JOB_ID, MEDIA_ID, TASK_ID, dead_detail, dead_view, job_view, worker_view
from .sounds import wav

DEAD = f"/internal/v1/dead/{TASK_ID}"
PAUSE = f"/internal/v1/lanes/{queues.AI}/pause"
TRACE = f"/internal/v1/jobs/{JOB_ID}/trace"
RESEND = f"/v1/ops/jobs/{JOB_ID}/resend"


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", "/v1/ops/dead"),
        ("get", f"/v1/ops/dead/{TASK_ID}"),
        ("post", f"/v1/ops/dead/{TASK_ID}/replay"),
        ("post", f"/v1/ops/dead/{TASK_ID}/discard"),
        ("get", "/v1/ops/queues"),
        ("get", "/v1/ops/queues/stats"),
        ("put", "/v1/ops/queues/ai/pause"),
        ("delete", "/v1/ops/queues/ai/pause"),
        ("get", "/v1/ops/journals"),
        ("get", "/v1/ops/journals/now"),
        ("get", f"/v1/ops/jobs/{JOB_ID}/journals"),
        ("get", "/v1/ops/reports"),
        ("get", "/v1/ops/reports/2026-11-16"),
        ("get", "/v1/ops/schedules"),
        ("get", "/v1/ops/schedules/retention/runs"),
        ("post", "/v1/ops/schedules/retention/run"),
        ("get", "/v1/ops/workers"),
        ("get", "/v1/ops/findings"),
        ("get", f"/v1/ops/jobs/{JOB_ID}/trace"),
        ("post", f"/v1/ops/jobs/{JOB_ID}/resend"),
        ("post", "/v1/ops/drills"),
        ("post", "/v1/jobs:batch"),
    ],
)
def test_operators_addresses_need_the_scope_admin(client: FlaskClient, method: str, address: str) -> None:
    answer = getattr(client, method)(address)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden")


def test_dead_tasks_are_listed_over_all_tenants_with_whole_problems(operator: FlaskClient, index: Any) -> None:
    index.answers["/internal/v1/dead"] = {"items": [dead_view()], "next_cursor": "c2"}
    page = operator.get("/v1/ops/dead?limit=5&actor=ai.transcribe_audio&tenant_id=other").get_json()
    assert page["next_cursor"] == "c2"
    assert page["items"][0]["problem"]["status"] == 504
    assert page["items"][0]["links"]["trace"] == f"/v1/ops/jobs/{JOB_ID}/trace"
    assert index.asked("/internal/v1/dead") == [{"limit": "5", "actor": "ai.transcribe_audio", "tenant_id": "other"}]


def test_one_dead_task_has_its_command_and_trace(operator: FlaskClient, index: Any) -> None:
    index.answers[DEAD] = dead_detail()
    task = operator.get(f"/v1/ops/dead/{TASK_ID}").get_json()
    assert (task["command"], task["trace"]) == ({"job_id": JOB_ID}, "Traceback …")


def test_a_replay_begins_the_jobs_next_run_at_the_task(operator: FlaskClient, index: Any, sent: list[Any]) -> None:
    index.answers[DEAD] = dead_detail()
    answer = operator.post(f"/v1/ops/dead/{TASK_ID}/replay")
    assert (answer.status_code, answer.headers["Location"]) == (202, f"/v1/ops/jobs/{JOB_ID}/trace")
    ((command, run),) = sent
    wanted = ReplayTask(tenant_id="other", job_id=JOB_ID, media_id=MEDIA_ID, task_id=TASK_ID, expected_run=2)
    assert (replace(command, asked_hour=0), run) == (wanted, 3)


def test_a_task_whose_job_went_on_is_not_replayed(operator: FlaskClient, index: Any, sent: list[Any]) -> None:
    index.answers[DEAD] = dead_detail(replayable=False)
    answer = operator.post(f"/v1/ops/dead/{TASK_ID}/replay")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "not-ready")
    assert sent == []


def test_a_discarded_task_names_who_did_it(operator: FlaskClient, index: Any) -> None:
    index.answers[f"{DEAD}/discard"] = dead_view(discarded_at="2026-11-21T05:00:00.000Z")
    task = operator.post(f"/v1/ops/dead/{TASK_ID}/discard").get_json()
    key_id = index.answers["/internal/v1/keys"]["keys"][0]["key_id"]
    assert task["discarded_at"] == "2026-11-21T05:00:00.000Z"
    assert index.asked(f"{DEAD}/discard") == [{"who": key_id, "bulk": False}]


def test_lanes_tell_their_pause_and_depth(operator: FlaskClient, index: Any) -> None:
    index.answers["/internal/v1/control"] = {"cancelled": {}, "paused": {"ai": 1_000}}
    shown = operator.get("/v1/ops/queues").get_json()
    assert [lane["lane"] for lane in shown["items"]] == list(queues.LANES)
    ai = next(lane for lane in shown["items"] if lane["lane"] == "ai")
    assert ai == {"lane": "ai", "paused_since": "1970-01-01T00:00:01.000Z", "ready": 3, "consumers": 1}
    assert shown["degraded"] == []


def test_lanes_are_shown_as_far_as_index_and_the_broker_can_tell(
    settings: Any, parts: Any, index_client: IndexClient, operator: Any, index: Any
) -> None:
    def away() -> Any:
        raise Unavailable("The broker does not tell.", dependency="broker")

    index.answers["/internal/v1/control"] = "unavailable"
    blind = create_app(settings, replace(parts, operator_reads=OperatorReads(index_client, parts.intake, away)))
    headers = {"Authorization": operator.environ_base["HTTP_AUTHORIZATION"]}
    shown = blind.test_client().get("/v1/ops/queues", headers=headers).get_json()
    assert shown["degraded"] == ["index_unavailable", "broker_unavailable"]
    assert {lane["ready"] for lane in shown["items"]} == {None}


def test_a_pause_and_its_end_are_written_down_and_told(
    operator: FlaskClient, index: Any, news: list[ControlMessage]
) -> None:
    index.answers |= {f"PUT {PAUSE}": {"paused": {"ai": 1_000}}, f"DELETE {PAUSE}": {"paused": {"media": 1}}}
    assert operator.put("/v1/ops/queues/ai/pause").get_json()["paused_since"] == "1970-01-01T00:00:01.000Z"
    assert operator.delete("/v1/ops/queues/ai/pause").get_json()["paused_since"] is None
    assert [(one.kind, one.name) for one in news] == [(ControlKind.PAUSE, "ai"), (ControlKind.RESUME, "ai")]
    key_id = index.answers["/internal/v1/keys"]["keys"][0]["key_id"]
    assert index.asked(PAUSE) == [{"who": key_id}] * 2


def test_the_lanes_depths_are_told_minute_by_minute(operator: FlaskClient, index: Any) -> None:
    stat = {"lane": "ai", "at": "2026-11-21T04:00:00.000Z", "ready": 3, "consumers": 1, "oldest_seconds": 2.5}
    flow = {"unacked": 2, "published": 60, "acked": 57}
    unknown = dict.fromkeys(flow)
    told = {"items": [{**stat, **flow, "paused": False}, {**stat, **unknown, "oldest_seconds": None, "paused": True}]}
    index.answers["/internal/v1/lanes/stats"] = told
    assert operator.get("/v1/ops/queues/stats?minutes=5").get_json() == told
    assert index.asked("/internal/v1/lanes/stats") == [{"minutes": "5", "slice_minutes": "1"}]
    assert operator.get("/v1/ops/queues/stats?minutes=1441").status_code == 422


def test_a_lane_that_is_none_can_not_be_paused(operator: FlaskClient, index: Any, news: list[ControlMessage]) -> None:
    assert operator.put("/v1/ops/queues/nonsense/pause").status_code == 404
    assert news == []


def test_workers_are_passed_on_as_index_knows_them(operator: FlaskClient, index: Any) -> None:
    items = [worker_view("media-1", "online"), worker_view("ai-1", "silent", success_rate_day=0.5)]
    index.answers["/internal/v1/workers"] = {"items": items}
    assert operator.get("/v1/ops/workers").get_json() == {"items": items}


def test_findings_and_journals_are_passed_on(operator: FlaskClient, index: Any) -> None:
    found = {"items": [{"kind": "stuck_job", "what": JOB_ID, "detail": "Nothing was heard for 20 min."}]}
    index.answers |= {"/internal/v1/findings": found, "/internal/v1/journals": {"items": []}}
    assert operator.get("/v1/ops/findings?stuck_seconds=60").get_json() == found
    assert index.asked("/internal/v1/findings") == [{"stuck_seconds": "60"}]
    assert operator.get("/v1/ops/journals").get_json() == {"items": []}


def test_any_tenants_job_can_be_traced(operator: FlaskClient, client: FlaskClient, index: Any) -> None:
    trace = f"/internal/v1/jobs/{JOB_ID}/trace"
    index.answers[trace] = {"job": job_view(), "tasks": [], "events": []}
    assert operator.get(f"/v1/ops/jobs/{JOB_ID}/trace").get_json()["job"]["id"] == JOB_ID
    assert index.asked(trace) == [{}]


def test_a_job_accepted_a_moment_ago_can_be_traced(app: Any, client: FlaskClient, key: Any, give_keys: Any) -> None:
    give_keys((key, "default", ["admin"], False))
    body = client.post("/v1/media?filename=a.wav", data=wav()).get_json()
    assert client.get(f"/v1/ops/jobs/{body['job_id']}/trace").get_json()["job"]["status"] == "queued"


def test_the_nodes_are_told_to_send_an_open_job_again(
    operator: FlaskClient, index: Any, news: list[ControlMessage]
) -> None:
    index.answers[TRACE] = {"job": job_view("queued"), "tasks": [], "events": []}
    index.answers[f"/internal/v1/jobs/{JOB_ID}/resend"] = {"commands": 1}
    answer = operator.post(RESEND)
    assert (answer.status_code, answer.headers["Location"]) == (202, f"/v1/ops/jobs/{JOB_ID}/trace")
    assert answer.get_json() == {"job_id": JOB_ID, "links": {"trace": f"/v1/ops/jobs/{JOB_ID}/trace"}}
    assert news == [ControlMessage(kind=ControlKind.RESEND, name=JOB_ID)]
    assert len(index.asked(f"/internal/v1/jobs/{JOB_ID}/resend")) == 1


def test_a_job_accepted_a_moment_ago_can_be_sent_again(
    app: Any, client: FlaskClient, key: Any, give_keys: Any, news: list[ControlMessage]
) -> None:
    give_keys((key, "default", ["admin"], False))
    body = client.post("/v1/media?filename=a.wav", data=wav()).get_json()
    assert client.post(f"/v1/ops/jobs/{body['job_id']}/resend").status_code == 202
    assert [one.name for one in news] == [body["job_id"]]


@pytest.mark.parametrize("status", ["done", "failed", "cancelled"])
def test_a_job_that_has_ended_is_not_sent_again(
    operator: FlaskClient, index: Any, news: list[ControlMessage], status: str
) -> None:
    index.answers[TRACE] = {"job": job_view(status), "tasks": [], "events": []}
    answer = operator.post(RESEND)
    assert (answer.status_code, answer.get_json()["code"]) == (409, "already-ended")
    assert news == []


@pytest.mark.parametrize(("said", "status"), [("not-found", 404), ("unavailable", 503)])
def test_a_job_that_index_can_not_tell_of_is_not_sent_again(
    operator: FlaskClient, index: Any, news: list[ControlMessage], said: str, status: int
) -> None:
    index.answers[TRACE] = said
    assert operator.post(RESEND).status_code == status
    assert news == []


def test_with_the_broker_away_nobody_is_told_that_it_will_be_sent(
    settings: Any, parts: Any, operator: FlaskClient, index: Any
) -> None:
    def away(news: ControlMessage) -> None:
        raise Unavailable("The broker did not take it.", dependency="broker")

    index.answers[TRACE] = {"job": job_view(), "tasks": [], "events": []}
    deaf = create_app(settings, replace(parts, broadcast_confirmed=away)).test_client()
    headers = {"Authorization": operator.environ_base["HTTP_AUTHORIZATION"]}
    answer = deaf.post(RESEND, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "unavailable")
