"""The operator's pages of what is done at set times: schedules with their runs, and the weekly reports."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from winnow_contracts.index_api.reports import AiUseOfWeek, FailuresOfWeek, JobsOfWeek, WeekFigures, WorkOfWeek
from winnow_contracts.json_codec import to_json

from ..standin import StandIn
from ..test_ops_reports import REPORT
from ..test_ops_schedules import RUN, SCHEDULE
from .conftest import CSRF, Elements

SCHEDULES, REPORTS = "/internal/v1/schedules", "/internal/v1/reports"


def figures(jobs: int, cause: str = "internal", cost_usd: float | None = 0.5) -> dict[str, Any]:
    use = {"calls": 4, "tokens_in": 1, "tokens_out": 1, "cached": 1, "saved_tokens": 1, "saved_usd": None}
    week = WeekFigures(
        jobs=(JobsOfWeek(kind="photo", status="done", jobs=jobs), JobsOfWeek(kind="drill", status="done", jobs=1)),
        failures=(FailuresOfWeek(actor="ai.drill", cause=cause, tasks=2),),
        work=(WorkOfWeek(actor="ai.drill", attempts=3, seconds=7200.0),),
        ai=(AiUseOfWeek(model="eye-1", use="vision", cost_usd=cost_usd, **use),),
    )
    value: dict[str, Any] = to_json(week)
    return value


def report(week: str, cause: str = "internal", **changes: Any) -> dict[str, Any]:
    fields = {"week": week, "from_at": f"{week}T00:00:00.000Z", "figures": figures(3, cause), "before": figures(1)}
    return {**REPORT, **fields, **changes}


@pytest.fixture
def visitor(sign_in_with: Callable[..., FlaskClient], well: StandIn) -> FlaskClient:
    return sign_in_with("admin")


def test_schedules_tell_next_and_last_and_one_is_run_now(visitor: FlaskClient, well: StandIn) -> None:
    waiting = {**RUN, "outcome": None, "began_at": None, "ended_at": None, "duration_ms": None}
    well.answers |= {
        SCHEDULES: {"items": [SCHEDULE, {**SCHEDULE, "name": "orphan-sweep", "last": None}]},
        f"{SCHEDULES}/retention/run": waiting,
        f"{SCHEDULES}/retention/runs": {"items": [waiting, {**RUN, "outcome": "skipped_overlap"}, RUN]},
    }
    page = visitor.get("/ops/schedules").text
    for words in ("2026-11-22 00:00 UTC", "done", "2.0 s", "never", "./winnow schedules run retention"):
        assert words in page
    found = CSRF.search(page)
    assert found
    page = visitor.post("/ops/schedules/retention/run", data={"csrf": found[1]}, follow_redirects=True).text
    assert "A node runs retention within seconds" in page
    for words in ("waits for a node", "skipped overlap", "jobs <bdi>3</bdi>", "the clock"):
        assert words in page
    who = well.answers["/internal/v1/keys"]["keys"][0]["key_id"]
    assert well.asked(f"{SCHEDULES}/retention/run") == [{"who": who}]


def test_a_schedule_that_there_is_not_is_not_found(visitor: FlaskClient, well: StandIn) -> None:
    assert visitor.get("/ops/schedules/none").status_code == 404
    assert visitor.get("/ops/schedules/..%2Fkeys").status_code == 404


def test_reports_are_drawn_by_week_and_a_missing_week_is_taken_from_the_next(
    visitor: FlaskClient, well: StandIn
) -> None:
    well.answers[REPORTS] = {"items": [report("2026-11-16"), report("2026-11-02", figures=figures(7))]}
    page = visitor.get("/ops/reports").text
    jobs, failures, work, cost = Elements(page).texts("desc")
    # 26 October, 2, 9 and 16 November; nothing is known of the eight weeks before.
    assert "done: lowest 2, highest 8, last 4." in jobs
    assert "internal: lowest 2, highest 2, last 2." in failures
    assert "hours a week. ai.drill: lowest 2, highest 2, last 2." in work
    assert "eye-1: lowest 0.5, highest 0.5, last 0.5." in cost
    assert 'href="/ops/reports/2026-11-02"' in page


def test_without_a_report_the_page_says_how_one_is_made(visitor: FlaskClient) -> None:
    page = visitor.get("/ops/reports").text
    assert "There is no report yet" in page
    assert 'href="/ops/schedules/weekly-report"' in page


def test_a_report_has_each_figure_beside_that_of_the_week_before(visitor: FlaskClient, well: StandIn) -> None:
    before = {**figures(1, "timeout", None), "work": []}
    well.answers[f"{REPORTS}/2026-11-16"] = report("2026-11-16", before=before)
    page = visitor.get("/ops/reports/2026-11-16").text
    rows = [text.split("\n")[0] for text in Elements(page).texts("tr")]
    for row in (
        "photo · done31",
        "ai.drill · internal20",
        "ai.drill · timeout02",
        "ai.drill120 min 0 s0 ms",
        "eye-1 · vision$0.5000unknown",
        "eye-1 · visionunknownunknown",
    ):
        assert row in rows, rows
    assert "./winnow report --week 2026-11-16" in page
    assert visitor.get("/ops/reports/2026-11-09").status_code == 404
