"""``winnow duplicates``, against a twin of the gateway."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from winnow_harness.fixtures.gateway import GatewayTwin

Winnow = Callable[..., tuple[int, str, str]]
RUN: dict[str, Any] = {
    "task_id": "t1",
    "actor": "ai.drill",
    "node": "ai-1",
    "number": 2,
    "started_at": "2026-01-01T00:00:00.000Z",
    "ended_at": None,
    "outcome": None,
    "cause": "takeover",
    "after_node": "ai-1",
    "after_outcome": "died",
}
ODD = {**RUN, "task_id": "t2", "cause": None, "outcome": "unknown", "number": 1, "after_node": None}
SUMS = [
    {"cause": "takeover", "runs": 2, "unknown": 0, "superseded": 1},
    {"cause": None, "runs": 1, "unknown": 1, "superseded": 0},
]
QUERY = "since=2026-01-01T00%3A00%3A00.000Z"


def page(*items: object, next_cursor: str | None = None) -> tuple[int, Any]:
    return 200, {"items": list(items), "sums": SUMS if items else [], "runs": 1000, "next_cursor": next_cursor}


def test_the_sums_by_cause_stand_above_the_runs(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers[f"GET /v1/ops/duplicates?limit=20&cause=takeover&node=ai-1&{QUERY}"] = page(RUN, ODD, next_cursor="c")
    words = ("duplicates", "--cause", "takeover", "--node", "ai-1", "--since", "2026-01-01")
    code, out, _ = winnow(*words)
    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert code == 0
    assert lines == [
        "2 of 1,000 runs repeated another (0.20%).",
        "CAUSE RUNS UNKNOWN SUPERSEDED",
        "takeover 2 0 1",
        "none 1 1 0",
        "2026-01-01T00:00:00.000Z takeover runs ai.drill ai-1 t1 attempt 2 after died on ai-1",
        "2026-01-01T00:00:00.000Z - unknown ai.drill ai-1 t2 attempt 1",
        "There are more than 2; --limit shows up to 100, and --until looks further back.",
    ]
    assert json.loads(winnow(*words, "--json")[1])["items"] == [RUN, ODD]


def test_nothing_that_ran_twice_is_one_line(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers[f"GET /v1/ops/duplicates?limit=20&{QUERY}"] = page()
    assert winnow("duplicates", "--since", "2026-01-01")[1] == "0 of 1,000 runs repeated another (0.00%).\n"


@pytest.mark.parametrize("words", [("--cause", "bad luck"), ("--outcome", "completed")])
def test_what_is_no_cause_or_odd_end_is_refused(twin: GatewayTwin, winnow: Winnow, words: tuple[str, str]) -> None:
    code, _, err = winnow("duplicates", *words)
    assert (code, twin.asked) == (2, [])
    assert "invalid choice" in err
