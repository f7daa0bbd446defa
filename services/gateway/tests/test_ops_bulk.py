"""Operators act on every task that matches, a slice at a time."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts.index_api.tasks import TaskSummary
from winnow_contracts.json_codec import to_json

from .index_answers import JOB_ID, MEDIA_ID, TASK_ID, dead_detail, dead_view, job_view

TASKS, BULK = "/internal/v1/tasks", "/internal/v1/audit/bulk"
OTHER = TASK_ID[:-1] + "0"


def page(*task_ids: str, next_cursor: str | None = None) -> dict[str, Any]:
    names = {"actor": "ai.drill", "queue": "ai", "node": "n", "state": "dead", "tenant_id": "t"}
    counts = {"run": 1, "retry": 0, "attempts": 1}
    items = [
        to_json(TaskSummary(task_id=task_id, job_id=JOB_ID, media_id=MEDIA_ID, **names, **counts))
        for task_id in task_ids
    ]
    return {"items": items, "next_cursor": next_cursor, "looked_until": None}


@pytest.fixture(autouse=True)
def log(index: Any) -> None:
    index.answers |= {BULK: {"audit_id": 7}, f"{BULK}/7": {"audit_id": 7}}


def test_a_slice_replays_what_can_be_and_counts_what_cannot(operator: FlaskClient, index: Any, sent: list[Any]) -> None:
    index.answers |= {
        TASKS: page(TASK_ID, OTHER, next_cursor="c2"),
        f"/internal/v1/dead/{TASK_ID}": dead_detail(),
        f"/internal/v1/dead/{OTHER}": dead_detail(task_id=OTHER, replayable=False),
    }
    answer = operator.post("/v1/ops/tasks:replay", json={"filter": {"actor": "ai.drill"}}).get_json()
    assert (answer["done"], answer["refused"], answer["next_cursor"]) == (1, 1, "c2")
    assert answer["refusals"][0]["target"] == OTHER
    assert [command.task_id for command, _ in sent] == [TASK_ID]
    assert [body["filter"] for body in index.asked(BULK)] == [{"state": "dead", "actor": "ai.drill"}]
    (counted,) = index.asked(f"{BULK}/7")
    assert (counted["done"], counted["refused"], counted["ended"]) == (1, 1, False)
    assert index.asked("/internal/v1/audit") == []


def test_the_next_slice_goes_on_in_the_same_entry(operator: FlaskClient, index: Any) -> None:
    index.answers |= {TASKS: page(TASK_ID), f"/internal/v1/dead/{TASK_ID}/discard": dead_view()}
    body = {"filter": {"node": "n"}, "audit_id": 7, "cursor": "c2"}
    answer = operator.post("/v1/ops/tasks:discard", json=body).get_json()
    assert (answer["audit_id"], answer["done"], answer["next_cursor"]) == (7, 1, None)
    assert index.asked(BULK) == []
    assert [(one["cursor"], one["limit"]) for one in index.asked(TASKS)] == [("c2", "100")]
    assert index.asked(f"{BULK}/7")[-1]["ended"] is True
    assert index.asked(f"/internal/v1/dead/{TASK_ID}/discard")[0]["bulk"] is True


def test_an_action_that_does_not_go_on_does_nothing(operator: FlaskClient, index: Any) -> None:
    index.answers |= {
        TASKS: page(TASK_ID),
        f"{BULK}/7": "not-found",
        f"/internal/v1/dead/{TASK_ID}/discard": dead_view(),
    }
    body = {"filter": {"node": "n"}, "audit_id": 7, "cursor": "c2"}
    assert operator.post("/v1/ops/tasks:discard", json=body).status_code == 404
    assert index.asked(f"/internal/v1/dead/{TASK_ID}/discard") == []


@pytest.mark.parametrize(
    ("action", "given", "unhandled"),
    [("replay", {"node": "n"}, True), ("retry", {"state": "cancelled"}, False), ("cancel", {"state": "dead"}, False)],
)
def test_dead_tasks_that_were_handled_are_left_out(
    operator: FlaskClient, index: Any, action: str, given: Any, unhandled: bool
) -> None:
    index.answers[TASKS] = page()
    assert operator.post(f"/v1/ops/tasks:{action}", json={"filter": given}).status_code == 200
    assert index.asked(TASKS)[0]["unhandled"] == str(unhandled)


def test_a_job_is_cancelled_once_however_many_of_its_tasks_match(
    operator: FlaskClient, index: Any, news: list[Any]
) -> None:
    cancel = f"/internal/v1/jobs/{JOB_ID}/cancel"
    index.answers |= {TASKS: page(TASK_ID, OTHER), cancel: {"job": job_view("cancelled"), "run": 1}}
    assert operator.post("/v1/ops/tasks:cancel", json={"filter": {"tenant_id": "t"}}).get_json()["done"] == 1
    assert [(body["tenant_id"], body["bulk"]) for body in index.asked(cancel)] == [("t", True)]
    assert [one.name for one in news] == [JOB_ID]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"filter": {}},
        {"filter": {"who": "me"}},
        {"filter": {"state": "gone"}},
        {"filter": {"node": 5}},
        {"filter": {"node": "n"}, "cursor": "c"},
    ],
)
def test_a_filter_that_says_nothing_or_nonsense_acts_on_nothing(operator: FlaskClient, index: Any, body: Any) -> None:
    assert operator.post("/v1/ops/tasks:discard", json=body).status_code == 422
    assert {path for path, _ in index.seen} == {"/internal/v1/keys"}


def test_an_action_that_there_is_not_is_not_found(operator: FlaskClient) -> None:
    assert operator.post("/v1/ops/tasks:pause", json={"filter": {"node": "n"}}).status_code == 404


def test_acting_needs_the_scope_admin(client: FlaskClient) -> None:
    assert client.post("/v1/ops/tasks:replay", json={"filter": {"node": "n"}}).status_code == 403
