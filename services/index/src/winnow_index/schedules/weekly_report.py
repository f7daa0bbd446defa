"""Makes, keeps and reads weekly reports."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import NotFound
from winnow_contracts.index_api.reports import (
    AiUseOfWeek,
    FailuresOfWeek,
    JobsOfWeek,
    Reports,
    ReportView,
    WeekFigures,
    WorkOfWeek,
)
from winnow_contracts.json_codec import from_json, to_json
from winnow_index.database import Database, Transaction
from winnow_index.views import instant
from winnow_journal.codec import encode

_WEEK = timedelta(days=7)


class WeeklyReports:
    """Reports over all tenants. All methods raise Unavailable and TimedOut."""

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        self._database = database
        self._zone = zone

    def make(self, at_ms: int) -> ReportView:
        """Count the last whole week before ``at_ms`` (Unix milliseconds) and keep the report in place of an earlier
        one of that week.
        """
        week = last_week(at_ms, self._zone)
        before_ms, from_ms, until_ms = (self._midnight_ms(week + n * _WEEK) for n in (-1, 0, 1))
        with self._database.transaction() as transaction:
            transaction.lift_limits()  # it reads the history of two weeks, and nobody waits for it
            kept = {
                "week": week,
                "time_zone": self._zone.key,
                "from_ms": from_ms,
                "until_ms": until_ms,
                "made_ms": now_ms(),
                "figures": encode(_figures(transaction, from_ms, until_ms)).decode(),
                "before": encode(_figures(transaction, before_ms, from_ms)).decode(),
            }
            row = transaction.row("keep_report", kept)
        assert row is not None
        return _report(row)

    def latest(self, limit: int) -> Reports:
        """The latest reports, newest first."""
        with self._database.transaction() as transaction:
            return Reports(items=tuple(map(_report, transaction.rows("list_reports", {"limit": limit}))))

    def one(self, week: date) -> ReportView:
        """The report of the week that begins on this Monday. Raises NotFound."""
        with self._database.transaction() as transaction:
            row = transaction.row("read_report", {"week": week})
        if row is None:
            raise NotFound(f"There is no report of the week from {week.isoformat()}.")
        return _report(row)

    def _midnight_ms(self, day: date) -> int:
        return round(datetime.combine(day, time(), self._zone).timestamp() * 1000)


def last_week(at_ms: int, zone: ZoneInfo) -> date:
    """The Monday of the last week that was over at ``at_ms`` (Unix milliseconds), by the calendar of ``zone``."""
    today = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone).date()
    return today - timedelta(days=today.weekday()) - _WEEK


def _figures(transaction: Transaction, from_ms: int, until_ms: int) -> Any:
    asked = {"from_ms": from_ms, "until_ms": until_ms}
    return to_json(
        WeekFigures(
            jobs=tuple(JobsOfWeek(**row) for row in transaction.rows("count_jobs_of_week", asked)),
            failures=tuple(FailuresOfWeek(**row) for row in transaction.rows("count_failures_of_week", asked)),
            work=tuple(WorkOfWeek(**row) for row in transaction.rows("sum_work_of_week", asked)),
            ai=tuple(AiUseOfWeek(**row) for row in transaction.rows("sum_ai_use_of_week", asked)),
        )
    )


def _report(row: dict[str, Any]) -> ReportView:
    return ReportView(
        week=row["week"].isoformat(),
        time_zone=row["time_zone"],
        from_at=instant(row["from_ms"]),
        until_at=instant(row["until_ms"]),
        made_at=instant(row["made_ms"]),
        figures=from_json(WeekFigures, row["figures"]),
        before=from_json(WeekFigures, row["before"]),
    )
