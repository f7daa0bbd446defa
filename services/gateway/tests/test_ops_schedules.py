"""Operators see the schedules, and have one run now."""

from typing import Any

from flask.testing import FlaskClient

RUN: dict[str, Any] = {
    "schedule": "retention",
    "due_at": "2026-11-21T00:00:00.000Z",
    "asked_by": None,
    "node": "index-1",
    "began_at": "2026-11-21T00:00:00.400Z",
    "ended_at": "2026-11-21T00:00:02.400Z",
    "duration_ms": 2000,
    "outcome": "done",
    "detail": {"jobs": 3},
}
SCHEDULE: dict[str, Any] = {
    "name": "retention",
    "what": "Drops old history.",
    "cron": "0 0 * * *",
    "time_zone": "UTC",
    "next_at": "2026-11-22T00:00:00.000Z",
    "last": RUN,
}
BASE = "/internal/v1/schedules"


def test_schedules_are_listed_with_their_last_run(operator: FlaskClient, index: Any) -> None:
    index.answers[BASE] = {"items": [SCHEDULE, {**SCHEDULE, "last": None}]}
    assert operator.get("/v1/ops/schedules").get_json() == {"items": [SCHEDULE, {**SCHEDULE, "last": None}]}


def test_runs_of_one_are_listed(operator: FlaskClient, index: Any) -> None:
    index.answers[f"{BASE}/orphan-sweep/runs"] = {"items": [RUN]}
    assert operator.get("/v1/ops/schedules/orphan-sweep/runs?limit=5").get_json() == {"items": [RUN]}
    assert index.asked(f"{BASE}/orphan-sweep/runs") == [{"limit": "5"}]


def test_a_run_now_names_who_asked_for_it(operator: FlaskClient, index: Any) -> None:
    index.answers[f"{BASE}/retention/run"] = {**RUN, "outcome": None, "ended_at": None, "duration_ms": None}
    answer = operator.post("/v1/ops/schedules/retention/run")
    assert (answer.status_code, answer.get_json()["outcome"]) == (202, None)
    key_id = index.answers["/internal/v1/keys"]["keys"][0]["key_id"]
    assert index.asked(f"{BASE}/retention/run") == [{"who": key_id}]


def test_a_name_that_can_be_none_never_reaches_index(operator: FlaskClient, index: Any) -> None:
    assert operator.post("/v1/ops/schedules/..%2Fkeys/run").status_code == 404
    assert operator.post("/v1/ops/schedules/A B/run").status_code == 404
