"""Operators read the weekly reports."""

from typing import Any

from flask.testing import FlaskClient

from winnow_contracts.index_api.reports import JobsOfWeek, ReportView, WeekFigures
from winnow_contracts.json_codec import to_json

REPORT: dict[str, Any] = to_json(
    ReportView(
        week="2026-11-16",
        time_zone="UTC",
        from_at="2026-11-16T00:00:00.000Z",
        until_at="2026-11-23T00:00:00.000Z",
        made_at="2026-11-23T09:00:01.000Z",
        figures=WeekFigures(jobs=(JobsOfWeek(kind="photo", status="done", jobs=3),)),
        before=WeekFigures(),
    )
)
BASE = "/internal/v1/reports"


def test_reports_are_listed(operator: FlaskClient, index: Any) -> None:
    index.answers[BASE] = {"items": [REPORT]}
    assert operator.get("/v1/ops/reports?limit=1").get_json() == {"items": [REPORT]}
    assert index.asked(BASE) == [{"limit": "1"}]


def test_one_report_is_read_by_its_monday(operator: FlaskClient, index: Any) -> None:
    index.answers[f"{BASE}/2026-11-16"] = REPORT
    assert operator.get("/v1/ops/reports/2026-11-16").get_json() == REPORT


def test_what_is_no_day_never_reaches_index(operator: FlaskClient, index: Any) -> None:
    assert operator.get("/v1/ops/reports/latest").status_code == 404
