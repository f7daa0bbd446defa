"""``winnow schedules``, against a twin of the gateway."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from winnow_cli import main as cli
from winnow_harness.fixtures.gateway import GatewayTwin

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
OPEN = {**RUN, "ended_at": None, "duration_ms": None, "outcome": None, "detail": {}, "asked_by": "key_1"}
NEXT = "2026-11-22T00:00:00.000Z"
Winnow = Callable[..., str]


@pytest.fixture
def twin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GatewayTwin]:
    twin = GatewayTwin({})
    twin.start()
    twin.be_home(tmp_path)
    monkeypatch.setenv("WINNOW_HOME", str(tmp_path))
    yield twin
    twin.stop()


@pytest.fixture
def winnow(capsys: pytest.CaptureFixture[str]) -> Winnow:
    def call(*words: str) -> str:
        with pytest.raises(SystemExit) as ended:
            cli.main(("schedules", *words))
        assert ended.value.code == 0
        return capsys.readouterr().out

    return call


def test_schedules_are_shown_with_next_and_last_run(twin: GatewayTwin, winnow: Winnow) -> None:
    items = [
        {"name": "retention", "next_at": NEXT, "last": RUN},
        {"name": "orphan-sweep", "next_at": NEXT, "last": None},
        {"name": "report", "next_at": NEXT, "last": OPEN},
    ]
    twin.answers["GET /v1/ops/schedules"] = (200, {"items": items})
    lines = [line.split() for line in winnow("list").splitlines()]
    assert lines[1] == ["retention", NEXT, RUN["due_at"], "done", "2.0", "s"]
    assert lines[2] == ["orphan-sweep", NEXT, "never"]
    assert lines[3] == ["report", NEXT, RUN["due_at"], "runs"]
    assert json.loads(winnow("list", "--json")) == {"items": items}


def test_runs_are_shown_with_what_they_did_and_who_asked(twin: GatewayTwin, winnow: Winnow) -> None:
    waiting = {**OPEN, "began_at": None}
    twin.answers["GET /v1/ops/schedules/retention/runs?limit=2"] = (200, {"items": [waiting, RUN]})
    first, second = winnow("runs", "retention", "--limit", "2").splitlines()
    assert "waits" in first
    assert "asked for by key_1" in first
    assert second.split() == [RUN["due_at"], "done", "2.0", "s", "jobs", "3"]


def test_a_run_now_says_where_to_look(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["POST /v1/ops/schedules/retention/run"] = (202, {**OPEN, "began_at": None})
    assert "./winnow schedules runs retention" in winnow("run", "retention")
    assert json.loads(winnow("run", "retention", "--json"))["outcome"] is None
