"""The ledger of repeats: each run of a task that was not the only one, with its cause, and each odd end."""

from dataclasses import dataclass
from typing import Any

from winnow_contracts.index_api.duplicates import CauseSum, DuplicatesPage, RepeatedRun
from winnow_contracts.json_codec import to_json
from winnow_index.database import Database
from winnow_index.history import cursors
from winnow_index.views import instant_or_none


@dataclass(frozen=True, kw_only=True)
class RepeatFilter:
    """What a page is of; None filters nothing. The fields are those of ``ListDuplicates``."""

    cause: str | None = None
    outcome: str | None = None
    actor: str | None = None
    node: str | None = None
    since_ms: int | None = None
    until_ms: int | None = None


class RepeatedRuns:
    """Reads the ledger. Raises Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, wanted: RepeatFilter, *, limit: int, cursor: str | None) -> DuplicatesPage:
        """A page, newest first, with the sums of all. Raises BadInput (``invalid-cursor``)."""
        filters = to_json(wanted)
        named = {"list": "duplicates", **filters}
        after_ms, row_id = cursors.decode(cursor, named)
        after_task, _, after_attempt = (row_id or "").partition(" ")
        after = {"after_ms": after_ms, "after_task": after_task, "after_attempt": after_attempt}
        with self._database.transaction() as transaction:
            transaction.run("count_in_memory")
            rows = transaction.rows("list_repeated_runs", {**filters, **after, "limit": limit + 1})
            sums = transaction.rows("sum_repeated_runs", filters)
            counted = transaction.row("count_attempts", filters)
        assert counted is not None
        return DuplicatesPage(
            items=tuple(_repeated_run(row) for row in rows[:limit]),
            sums=tuple(CauseSum(**row) for row in sums),
            runs=counted["runs"],
            next_cursor=_cursor(rows[limit - 1], named) if len(rows) > limit else None,
        )


def _repeated_run(row: dict[str, Any]) -> RepeatedRun:
    told = {name: row[name] for name in RepeatedRun.__dataclass_fields__ if name in row}
    return RepeatedRun(**told, started_at=instant_or_none(row["started_ms"]), ended_at=instant_or_none(row["ended_ms"]))


def _cursor(row: dict[str, Any], named: dict[str, Any]) -> str:
    return cursors.encode(row["listed_ms"], f"{row['task_id']} {row['attempt_id']}", named)
