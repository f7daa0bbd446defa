"""``winnow stats``, against a twin of the gateway."""

import json
from collections.abc import Callable
from typing import Any

from winnow_harness.fixtures.gateway import GatewayTwin

Winnow = Callable[..., tuple[int, str, str]]
ACTOR = {
    "actor": "ai.drill",
    "ended": 200,
    "dead": 1,
    "wait_p50_ms": 20.0,
    "wait_p95_ms": 1500.0,
    "wait_p99_ms": None,
    "run_p50_ms": 400.0,
    "run_p95_ms": 61_000.0,
    "run_p99_ms": 62_000.0,
}
STATS: dict[str, Any] = {
    "since_at": "2026-01-01T00:00:00.000Z",
    "until_at": "2026-01-02T00:00:00.000Z",
    "ended": {"cancelled": 0, "completed": 1199, "dead": 1},
    "open": {"pending": 3},
    "actors": [ACTOR],
    "nodes": [{"node": "ai-1", "completed": 3, "failed": 1}, {"node": "ai-2", "completed": 0, "failed": 0}],
    "costs": {
        "jobs": 2,
        "cost_usd": 0.5,
        "unpriced": 1,
        "p50_usd": 0.25,
        "p95_usd": 0.34,
        "highest_usd": 0.35,
        "highest_job_id": "job_1",
    },
    "oldest_waiting": {"task_id": "t1", "job_id": "job_2", "actor": "ai.drill", "enqueued_at": "2026-01-01T23:00:00Z"},
}
QUERY = "since=2026-01-01T00%3A00%3A00.000Z"
NOTHING = {"jobs": 0, "cost_usd": 0, "unpriced": 0}


def test_a_window_is_shown_as_tables(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers[f"GET /v1/ops/stats?{QUERY}&actor=ai.drill&tenant_id=a"] = (200, STATS)
    words = ("stats", "--since", "2026-01-01", "--actor", "ai.drill", "--tenant", "a")
    code, out, _ = winnow(*words)
    assert code == 0
    lines = [" ".join(line.split()) for line in out.splitlines()]
    for shown in (
        "Ended: 0 cancelled, 1,199 completed, 1 dead",
        "Open: 3 pending",
        "Waits longest: t1 of ai.drill, since 2026-01-01T23:00:00Z",
        "Cost of a job: $0.2500 over 2 jobs; half at most $0.2500, 95 % at most $0.3400, dearest $0.3500 (job_1);"
        " 1 call without a price",
        "ai.drill 200 99.5% 20 ms 1.5 s - 400 ms 1 min 1 s 1 min 2 s",
        "ai-1 3 1 75.0%",
        "ai-2 0 0 -",
    ):
        assert shown in lines
    assert json.loads(winnow(*words, "--json")[1]) == STATS


def test_a_window_without_anything_says_so(twin: GatewayTwin, winnow: Winnow) -> None:
    empty = {**STATS, "open": {}, "actors": [], "nodes": [], "costs": NOTHING, "oldest_waiting": None}
    twin.answers[f"GET /v1/ops/stats?{QUERY}"] = (200, empty)
    out = winnow("stats", "--since", "2026-01-01")[1]
    assert "Waits longest: nothing" in out
    assert "no job paid for a call" in out
    assert "ACTOR" not in out


def test_a_time_that_is_none_is_refused_before_anybody_is_asked(twin: GatewayTwin, winnow: Winnow) -> None:
    code, _, err = winnow("stats", "--since", "lately")
    assert (code, twin.asked) == (1, [])
    assert "is no time" in err
