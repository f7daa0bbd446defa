"""``winnow report``, against a twin of the gateway."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from winnow_cli import main as cli
from winnow_harness.fixtures.gateway import GatewayTwin

AI = {"model": "eye-1", "use": "vision", "calls": 2, "cost_usd": 1.0, "saved_usd": None}
REPORT: dict[str, Any] = {
    "week": "2026-11-16",
    "time_zone": "UTC",
    "figures": {
        "jobs": [{"kind": "photo", "status": "done", "jobs": 3}],
        "failures": [],
        "work": [{"actor": "media.examine", "seconds": 1.25}],
        "ai": [AI],
    },
    "before": {
        "jobs": [{"kind": "photo", "status": "done", "jobs": 2}, {"kind": "recording", "status": "failed", "jobs": 1}],
        "failures": [],
        "work": [],
        "ai": [],
    },
}
Winnow = Callable[..., tuple[int, str, str]]


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
    def call(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(("report", *words))
        out, err = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, out, err

    return call


def test_the_latest_report_is_shown_beside_the_week_before(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["GET /v1/ops/reports?limit=1"] = (200, {"items": [REPORT]})
    lines = [line.split() for line in winnow()[1].splitlines()]
    for shown in (
        ["photo", "done", "3", "(2)"],
        ["recording", "failed", "0", "(1)"],
        ["Failures:", "none"],
        ["media.examine", "1.2", "(0.0)"],
        ["eye-1", "vision", "2", "(0)"],
        ["eye-1", "vision", "1.0000", "(0.0000)"],
        ["eye-1", "vision", "unknown", "(0.0000)"],
    ):
        assert shown in lines
    assert json.loads(winnow("--json")[1]) == REPORT


def test_the_report_of_a_week_is_asked_for_by_its_monday(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["GET /v1/ops/reports/2026-11-16"] = (200, REPORT)
    assert winnow("--week", "2026-11-16")[1].startswith("Week from 2026-11-16")


def test_without_a_report_it_says_how_to_make_one(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["GET /v1/ops/reports?limit=1"] = (200, {"items": []})
    code, _, err = winnow()
    assert code == 1
    assert "./winnow schedules run weekly-report" in err


def test_weeks_stand_side_by_side(twin: GatewayTwin, capsys: pytest.CaptureFixture[str]) -> None:
    ai = [{"model": "eye-1", "use": "vision", "calls": 2, "cached": 5}]
    report = {"week": "2026-11-16", "figures": {**REPORT["figures"], "ai": ai}}
    twin.answers["GET /v1/ops/reports?limit=8"] = (200, {"items": [report]})
    for words, shown in (((), "2026-11-16 3 0 2 5"), (("--json",), '"week": "2026-11-16"')):
        with pytest.raises(SystemExit) as ended:
            cli.main(["report", "--weeks", "8", *words])
        assert ended.value.code == 0
        assert shown in " ".join(capsys.readouterr().out.split())
