"""Four weeks of work in the history of a stack, with the weekly reports of them."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from winnow_contracts.envelope import now_ms
from winnow_index.database import Database
from winnow_index.schedules.weekly_report import WeeklyReports

TENANT = "newsroom"
"""The one that had most done."""
_SQL = Path(__file__).with_suffix(".sql")
_WEEK_MS = 7 * 86_400_000


def seed(stack):
    """Writes them into the stack's PostgreSQL. Its own work and all else that it knows stays."""
    url = (stack.home.secrets / "database-url").read_text(encoding="utf-8").strip()
    database, at_ms = Database(url, connections=1), now_ms()
    try:
        with database.transaction() as transaction:
            transaction.lift_limits()
            transaction.run_text(_SQL.read_text(encoding="utf-8"), {"now_ms": at_ms})
        for weeks in range(4):
            WeeklyReports(database, ZoneInfo("UTC")).make(at_ms - weeks * _WEEK_MS)
    finally:
        database.close()


def yesterday():
    """The last day that was worked from its beginning to its end, as the page of costs names it."""
    return datetime.fromtimestamp(now_ms() / 1000 - 86_400, UTC).date().isoformat()
