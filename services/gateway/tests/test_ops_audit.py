"""Operators read who did what; a key that may only look cannot act."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from winnow_contracts import api_keys

from .index_answers import JOB_ID, TASK_ID, dead_detail, job_view, task_view, trace_of

AUDIT = "/internal/v1/audit"
_OF_ADMINS = ("/v1/ops/keys", "/v1/ops/accounts")
"""Reads of who may enter, which are for admins alone."""
ENTRY: dict[str, Any] = {
    "audit_id": 7,
    "at": "2026-11-21T04:00:00.000Z",
    "key_id": "k",
    "key_name": "admin",
    "action": "pause",
    "target": "media",
    "filter": None,
    "done": 1,
    "refused": 0,
    "ended_at": "2026-11-21T04:00:00.000Z",
}


@pytest.fixture
def reader(app: Flask, give_keys: Callable[..., None]) -> FlaskClient:
    """A caller whose key sees everything and may do nothing."""
    key = api_keys.generate()
    give_keys((key, "default", ["ops:read"], False))
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key.text()}"
    return client


def test_the_log_is_read_page_by_page(reader: FlaskClient, index: Any) -> None:
    index.answers[f"GET {AUDIT}"] = {"items": [ENTRY], "next_before": 7}
    page = reader.get("/v1/ops/audit?action=pause&cursor=9&limit=1").get_json()
    assert (page["items"], page["next_cursor"]) == ([ENTRY], "7")
    assert index.asked(AUDIT) == [{"limit": "1", "before_id": "9", "action": "pause"}]


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("post", f"/v1/ops/dead/{TASK_ID}/replay"),
        ("post", f"/v1/ops/dead/{TASK_ID}/discard"),
        ("put", "/v1/ops/queues/ai/pause"),
        ("delete", "/v1/ops/queues/ai/pause"),
        ("post", f"/v1/ops/jobs/{JOB_ID}/resend"),
        ("post", "/v1/ops/drills"),
        ("put", "/v1/ops/limits/speech.at_once"),
        ("delete", "/v1/ops/limits/speech.at_once"),
        ("get", "/v1/ops/keys"),
        ("get", "/v1/ops/accounts"),
        ("post", "/v1/ops/keys"),
        ("post", "/v1/ops/keys/abc/revoke"),
    ],
)
def test_who_may_look_may_not_act(reader: FlaskClient, index: Any, method: str, address: str) -> None:
    answer = getattr(reader, method)(address)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden")
    assert answer.get_json()["detail"] == "This key lacks the scope 'admin'. It may look, and not act."
    assert {path for path, _ in index.seen} == {"/internal/v1/keys"}


def test_who_may_look_sees_every_read_of_operators(reader: FlaskClient) -> None:
    document = reader.get("/openapi.json").get_json()
    reads = [path for path, methods in document["paths"].items() if path.startswith("/v1/ops/") and "get" in methods]
    assert len(reads) >= 8
    for path in [path for path in reads if not path.startswith(_OF_ADMINS)]:
        address = path.format(task_id=TASK_ID, job_id=JOB_ID, lane="ai", schedule="retention", week="2026-11-16")
        assert reader.get(address).status_code != 403, path


def test_what_the_gateway_does_itself_is_noted_before_it_is_done(
    operator: FlaskClient, index: Any, sent: list[Any]
) -> None:
    before: list[int] = []
    index.answers |= {
        f"POST {AUDIT}": lambda body: before.append(len(sent)) or {"audit_id": 1},
        f"/internal/v1/dead/{TASK_ID}": dead_detail(),
        f"/internal/v1/jobs/{JOB_ID}/trace": trace_of(job_view("failed"), task_view(replayable=True)),
    }
    assert operator.post(f"/v1/ops/dead/{TASK_ID}/replay").status_code == 202
    assert operator.post(f"/v1/jobs/{JOB_ID}/retry").status_code == 202
    assert [(one["action"], one["target"]) for one in index.asked(AUDIT)] == [("replay", TASK_ID), ("retry", JOB_ID)]
    assert before == [0, 1]


def test_an_action_that_cannot_be_noted_is_not_done(operator: FlaskClient, index: Any, sent: list[Any]) -> None:
    index.answers |= {f"POST {AUDIT}": "unavailable", f"/internal/v1/dead/{TASK_ID}": dead_detail()}
    assert operator.post(f"/v1/ops/dead/{TASK_ID}/replay").status_code == 503
    assert sent == []
