"""Reads schedules and their runs for operators, and asks for a run."""

from typing import Any
from zoneinfo import ZoneInfo

from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Conflict, NotFound
from winnow_contracts.index_api.audit import AuditAction
from winnow_contracts.index_api.schedules import ScheduleRuns, ScheduleRunView, Schedules, ScheduleView
from winnow_index.control.audit import note
from winnow_index.database import Database
from winnow_index.schedules.schedule import Schedule
from winnow_index.schedules.table import SCHEDULES
from winnow_index.views import instant, instant_or_none


class ScheduleReads:
    """What the internal API tells of schedules. All methods raise Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        self._database = database
        self._zone = zone

    def all(self) -> Schedules:
        """Every schedule with its next fire and its latest run."""
        names = {"names": [one.name for one in SCHEDULES]}
        with self._database.transaction() as transaction:
            last = {row["schedule"]: _run(row) for row in transaction.rows("list_last_runs", names)}
        looked_ms = now_ms()
        return Schedules(
            items=tuple(
                ScheduleView(
                    name=one.name,
                    what=one.what,
                    cron=one.cron,
                    time_zone=self._zone.key,
                    next_at=instant(one.next_ms(self._zone, looked_ms)),
                    last=last.get(one.name),
                )
                for one in SCHEDULES
            )
        )

    def runs(self, name: str, limit: int) -> ScheduleRuns:
        """The latest runs of one schedule. Raises NotFound."""
        asked = {"schedule": _named(name).name, "limit": limit}
        with self._database.transaction() as transaction:
            return ScheduleRuns(items=tuple(map(_run, transaction.rows("list_runs", asked))))

    def ask(self, name: str, who: str) -> ScheduleRunView:
        """Let a worker run it within seconds, and note in the audit log that the key ``who`` asked for it.

        Raises NotFound, and Conflict while a run of it has not ended.
        """
        schedule = _named(name)
        asked = {"schedule": name, "fire_ms": now_ms(), "asked_by": who, "attempts_left": schedule.attempts}
        with self._database.transaction() as transaction:
            row = transaction.row("ask_for_run", asked)
            if row is not None:
                note(transaction, who, AuditAction.RUN, name)
        if row is None:
            raise Conflict(f"A run of the schedule {name} has not ended yet.", code="not-ready")
        return _run(row)


def _named(name: str) -> Schedule:
    for schedule in SCHEDULES:
        if schedule.name == name:
            return schedule
    raise NotFound(f"There is no schedule {name!r}.", hint="./winnow schedules list shows them.")


def _run(row: dict[str, Any]) -> ScheduleRunView:
    began_ms, ended_ms = row["began_ms"], row["ended_ms"]
    return ScheduleRunView(
        schedule=row["schedule"],
        due_at=instant(row["fire_ms"]),
        asked_by=row["asked_by"],
        node=row["node"],
        began_at=instant_or_none(began_ms),
        ended_at=instant_or_none(ended_ms),
        duration_ms=None if began_ms is None or ended_ms is None else ended_ms - began_ms,
        outcome=row["outcome"],
        detail=row["detail"],
    )
