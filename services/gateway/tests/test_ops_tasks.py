"""Operators find and read tasks of all tenants."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from winnow_contracts import api_keys
from winnow_contracts.index_api.tasks import TaskDetail, TaskSummary
from winnow_contracts.json_codec import to_json

from .index_answers import JOB_ID, MEDIA_ID, TASK_ID

TASKS = "/internal/v1/tasks"
FIELDS: dict[str, Any] = {
    "task_id": TASK_ID,
    "job_id": JOB_ID,
    "tenant_id": "other",
    "media_id": MEDIA_ID,
    "actor": "ai.transcribe_audio",
    "queue": "ai",
    "node": "ai-1",
    "state": "dead",
    "run": 1,
    "retry": 0,
    "attempts": 1,
}


def task_page(*changes: dict[str, Any], next_cursor: str | None = None) -> dict[str, Any]:
    items = [{**to_json(TaskSummary(**FIELDS)), **one} for one in changes]
    return {"items": items, "next_cursor": next_cursor, "looked_until": None}


def task_detail(**changes: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {"attempts_made": (), "steps": (), "events": (), "sent": ()}
    detail = TaskDetail(
        **FIELDS, **nothing, arguments={"job_id": JOB_ID}, origin="", trace="", replayable=True, result={"n": 1}
    )
    return {**to_json(detail), **changes}


@pytest.fixture
def reader(app: Flask, give_keys: Callable[..., None]) -> FlaskClient:
    """A caller whose key sees everything and may do nothing."""
    key = api_keys.generate()
    give_keys((key, "default", ["ops:read"], False))
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key.text()}"
    return client


def test_filters_reach_index_with_times_in_milliseconds(reader: FlaskClient, index: Any) -> None:
    index.answers[TASKS] = task_page({}, next_cursor="c2")
    query = "state=dead&actor=ai.transcribe_audio&node=ai-1&text=too%20long&since=1970-01-01T00:00:01Z&until=1970-01-02"
    page = reader.get(f"/v1/ops/tasks?{query}&limit=5").get_json()
    assert page["next_cursor"] == "c2"
    assert page["items"][0]["links"]["trace"] == f"/v1/ops/jobs/{JOB_ID}/trace"
    (asked,) = index.asked(TASKS)
    assert (asked["since_ms"], asked["until_ms"], asked["text"]) == ("1000", "86400000", "too long")


@pytest.mark.parametrize("query", ["since=yesterday", "state=gone", "actor=none", "queue=none", "who=me"])
def test_a_filter_that_is_none_is_refused(reader: FlaskClient, index: Any, query: str) -> None:
    answer = reader.get(f"/v1/ops/tasks?{query}")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "invalid-field")
    assert index.asked(TASKS) == []


def test_one_task_is_shown_and_one_that_there_is_not_is_not_found(reader: FlaskClient, index: Any) -> None:
    index.answers[f"{TASKS}/{TASK_ID}"] = task_detail()
    assert reader.get(f"/v1/ops/tasks/{TASK_ID}").get_json()["arguments"] == {"job_id": JOB_ID}
    assert reader.get(f"/v1/ops/tasks/{TASK_ID[:-1]}0").status_code == 404


def test_tasks_of_all_tenants_are_not_for_everybody(client: FlaskClient) -> None:
    for address in ("/v1/ops/tasks", f"/v1/ops/tasks/{TASK_ID}"):
        assert client.get(address).status_code == 403
