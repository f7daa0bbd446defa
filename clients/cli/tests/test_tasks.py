"""``winnow tasks``, against a twin of the gateway."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from winnow_cli.times import instant
from winnow_client.errors import BadInput
from winnow_harness.fixtures.gateway import GatewayTwin

Winnow = Callable[..., tuple[int, str, str]]
TASK = {
    "task_id": "t1",
    "job_id": "job_1",
    "tenant_id": "a",
    "actor": "ai.drill",
    "queue": "ai",
    "node": "ai-1",
    "state": "dead",
    "run": 1,
    "enqueued_at": "2026-01-01T00:00:00.000Z",
    "started_at": None,
    "wait_ms": 1500,
    "run_ms": 2500,
    "error": {"detail": "It broke."},
}


def page(*items: object, next_cursor: str | None = None, looked_until: str | None = None) -> tuple[int, object]:
    return 200, {"items": list(items), "next_cursor": next_cursor, "looked_until": looked_until}


def test_tasks_that_match_are_listed(twin: GatewayTwin, winnow: Winnow) -> None:
    query = "state=dead&node=ai-1&since=2026-01-01T00%3A00%3A00.000Z&tenant_id=a&limit=20"
    twin.answers[f"GET /v1/ops/tasks?{query}"] = page(TASK)
    words = ("tasks", "--state", "dead", "--node", "ai-1", "--tenant", "a", "--since", "2026-01-01")
    code, out, _ = winnow(*words)
    assert code == 0
    assert out.split()[:5] == ["t1", "2026-01-01T00:00:00.000Z", "dead", "ai.drill", "ai-1"]
    assert out.rstrip().endswith("2.5 s  It broke.")
    assert json.loads(winnow(*words, "--json")[1])["items"] == [TASK]


def test_short_pages_are_followed_until_there_are_enough(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers |= {
        "GET /v1/ops/tasks?limit=2": page(TASK, next_cursor="c", looked_until="2026-01-01T00:00:00.000Z"),
        "GET /v1/ops/tasks?limit=1&cursor=c": page({**TASK, "task_id": "t2"}, next_cursor="d"),
    }
    lines = winnow("tasks", "--limit", "2")[1].splitlines()
    assert [line.split()[0] for line in lines] == ["t1", "t2", "There"]


def test_one_task_is_shown_in_full(twin: GatewayTwin, winnow: Winnow) -> None:
    attempt = {"number": 1, "node": "ai-1", "why": "first", "started_at": "x", "outcome": "failed", "error": None}
    detail = {"steps": [{"name": "one", "duration_ms": 5, "reused": True}], "arguments": None, "trace": "Traceback"}
    twin.answers["GET /v1/ops/tasks/t1"] = (200, {**TASK, **detail, "attempts_made": [attempt], "replayable": True})
    out = winnow("tasks", "t1")[1]
    for words in (
        "attempt 1 on ai-1 (first)",
        "step one  5 ms, used again",
        "waited 1.5 s",
        "not kept",
        "dead replay t1",
    ):
        assert words in out


def test_a_time_may_be_so_long_ago() -> None:
    now = datetime(2026, 1, 2, tzinfo=UTC)
    assert instant("2h", now=now) == "2026-01-01T22:00:00.000Z"
    assert instant("15min", now=now) == "2026-01-01T23:45:00.000Z"
    assert instant("2026-01-01T09:00:00+09:00") == "2026-01-01T00:00:00.000Z"
    for text in ("soon", "5", "999999d"):
        with pytest.raises(BadInput):
            instant(text, now=now)


def test_all_that_match_are_retried_slice_by_slice(twin: GatewayTwin, winnow: Winnow) -> None:
    refusal = {"target": "job_1", "detail": "It is done."}
    slices = [
        {"audit_id": 7, "done": 500, "refused": 0, "refusals": [], "next_cursor": "c"},
        {"audit_id": 7, "done": 3, "refused": 1, "refusals": [refusal], "next_cursor": None},
    ]
    twin.answers["POST /v1/ops/tasks:retry"] = lambda: (200, slices.pop(0))
    code, out, err = winnow("tasks", "--actor", "ai.drill", "retry")
    assert (code, err) == (1, "500 done, 0 refused\n")
    assert out == "job_1: It is done.\nretry: 503 done, 1 refused. ./winnow audit has it as number 7.\n"


def test_acting_on_everything_has_to_be_said(twin: GatewayTwin, winnow: Winnow) -> None:
    code, _, err = winnow("tasks", "discard")
    assert (code, twin.asked) == (1, [])
    assert "Say which tasks to discard" in err
