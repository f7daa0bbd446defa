"""``winnow overview`` and ``winnow journals``, against a twin of the gateway."""

import json
from collections.abc import Callable
from typing import Any

from winnow_harness.fixtures.gateway import GatewayTwin

Winnow = Callable[..., tuple[int, str, str]]
DEAD = {
    "what": "1 task has failed for good.",
    "todo": "Read why.",
    "address": "/ops/dead",
    "command": "./winnow dead list",
    "trouble": True,
}
PAUSED = {**DEAD, "what": "Lane ai is paused.", "todo": "Resume it.", "command": "./winnow resume ai", "trouble": False}
JOURNAL: dict[str, Any] = {
    "node": "ai-1",
    "state": "silent",
    "seen_at": None,
    "applied_seq": 1234,
    "unknown_attempts": 2,
    "journal_id": "j1",
}


def test_what_wants_a_person_is_told_with_its_command(twin: GatewayTwin, winnow: Winnow) -> None:
    answer = {"well": False, "verdict": "One thing to mend.", "concerns": [DEAD, PAUSED], "degraded": []}
    twin.answers["GET /v1/ops/overview"] = (200, answer)
    code, out, _ = winnow("overview")
    assert code == 1
    assert out.splitlines() == [
        "One thing to mend.",
        "mend  1 task has failed for good. Read why.  ./winnow dead list",
        "look  Lane ai is paused. Resume it.  ./winnow resume ai",
    ]
    code, out, _ = winnow("overview", "--json")
    assert (code, json.loads(out)) == (1, answer)


def test_all_is_well_in_one_line(twin: GatewayTwin, winnow: Winnow) -> None:
    answer = {"well": True, "verdict": "All is well.", "concerns": [], "degraded": []}
    twin.answers["GET /v1/ops/overview"] = (200, answer)
    assert winnow("overview") == (0, "All is well.\n", "")


def test_journals_are_shown_with_their_state(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["GET /v1/ops/journals"] = (200, {"items": [JOURNAL]})
    _, line = winnow("journals")[1].splitlines()
    assert line.split() == ["ai-1", "silent", "never", "1,234", "2", "j1"]
    assert json.loads(winnow("journals", "--json")[1]) == {"items": [JOURNAL]}
    twin.answers["GET /v1/ops/journals"] = (200, {"items": []})
    assert winnow("journals")[1] == "No journal has sent an event yet.\n"


def test_events_that_can_never_be_stored_are_shown_with_why(twin: GatewayTwin, winnow: Winnow) -> None:
    event = {"kind": "started", "actor": "ai.drill", "task_id": "t1", "job_id": "job_1"}
    one = {"journal_id": "j1", "service": "ai", "node": "ai-1", "seq": 1234, "error": "It is out of range."}
    answer = {"items": [{**one, "set_aside_at": "2026-11-22T00:00:00.000Z", "event": event}], "more": True}
    twin.answers["GET /v1/ops/journals/set-aside?limit=100"] = (200, answer)
    assert [" ".join(line.split()) for line in winnow("journals", "--set-aside")[1].splitlines()] == [
        "2026-11-22T00:00:00.000Z ai-1 number 1,234: started of ai.drill t1 of job_1",
        "It is out of range.",
        "There are more than 1.",
    ]
    assert json.loads(winnow("journals", "--set-aside", "--json")[1]) == answer
    twin.answers["GET /v1/ops/journals/set-aside?limit=100"] = (200, {"items": [], "more": False})
    assert winnow("journals", "--set-aside")[1] == "Every event could be stored.\n"
