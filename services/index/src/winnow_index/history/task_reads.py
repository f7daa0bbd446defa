"""Reads tasks of all tenants for operators: a list by any filter, and one task with all that is known of it."""

import re
from collections.abc import Sequence
from typing import Any

from winnow_base.redaction import redact, redact_text
from winnow_contracts.errors import NotFound
from winnow_contracts.index_api.tasks import JobAttempt, TaskCount, TaskDetail, TaskFilters, TaskPage, TaskSummary
from winnow_contracts.index_api.trace import Failure
from winnow_contracts.job_options import Track
from winnow_contracts.json_codec import from_json, to_json
from winnow_index import views
from winnow_index.database import Database, Transaction
from winnow_index.history import cursors

LOOKED_AT = 20_000
"""The most tasks that one page looks at: some ten milliseconds of PostgreSQL's work."""
COUNTED = 200_000
"""The most tasks that a count looks at."""
_AN_ID = re.compile(r"(?:(?:job|med)_\S+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


class TaskReads:
    """Reads tasks. All methods raise Unavailable if PostgreSQL does not answer.

    ``looked_at`` bounds how many tasks one page looks at.
    """

    def __init__(self, database: Database, *, looked_at: int = LOOKED_AT) -> None:
        self._database = database
        self._looked_at = looked_at

    def page(self, wanted: TaskFilters, *, limit: int, cursor: str | None) -> TaskPage:
        """A page of the tasks that match, newest first. Raises BadInput (``invalid-cursor``)."""
        named = {"list": "tasks", **to_json(wanted)}
        after_ms, after_id = cursors.decode(cursor, named)
        walk = {"after_ms": after_ms, "after_id": after_id, "most": self._looked_at}
        parameters = {**_parameters(wanted), **walk}
        with self._database.transaction() as transaction:
            rows = transaction.rows("list_tasks", {**parameters, "skip": 0, "limit": limit + 1})
            end = rows[limit - 1] if len(rows) > limit else self._last_looked_at(transaction, parameters)
        if end is None:
            return TaskPage(items=tuple(_summary(row) for row in rows))
        return TaskPage(
            items=tuple(_summary(row) for row in rows[:limit]),
            next_cursor=cursors.encode(end["listed_ms"], end["task_id"], named),
            looked_until=None if len(rows) > limit else views.instant(end["listed_ms"]),
        )

    def count(self, wanted: TaskFilters) -> TaskCount:
        """How many tasks match, among the newest that a count looks at."""
        with self._database.transaction() as transaction:
            row = transaction.row("count_tasks", {**_parameters(wanted), "most": COUNTED})
        assert row is not None
        return TaskCount(tasks=row["tasks"], jobs=row["jobs"], more=row["looked_at"] == COUNTED)

    def one(self, task_id: str) -> TaskDetail:
        """One task. Raises NotFound."""
        named = {"task_id": task_id}
        with self._database.transaction() as transaction:
            row = transaction.row("read_task", named)
            if row is None:
                raise NotFound(f"There is no task {task_id}.", hint="Index learns of a task a moment after it is sent.")
            attempts = transaction.rows("read_task_attempts", named)
            steps = transaction.rows("read_task_steps", named)
            events = transaction.rows("read_task_events", named)
        return TaskDetail(
            **_fields(row),
            attempts_made=tuple(views.attempt_view(one) for one in attempts),
            steps=tuple(views.step_view(one) for one in steps),
            events=tuple(views.event_view(one) for one in events),
            arguments=redact(row["open_payload"] or row["command"]),
            origin=row["origin"] or "",
            sent=tuple(row["sent"]),
            trace=redact_text(row["last_trace"] or ""),
            replayable=views.replayable(row),
            result=redact(row["result"]),
            track=row["track"] or Track.FULL.value,
        )

    def attempts(self, job_ids: Sequence[str]) -> list[JobAttempt]:
        """Every execution of these jobs' tasks."""
        with self._database.transaction() as transaction:
            rows = transaction.rows("read_attempts", {"job_ids": list(job_ids)})
        return [views.job_attempt(row) for row in rows]

    def _last_looked_at(self, transaction: Transaction, parameters: dict[str, Any]) -> dict[str, Any] | None:
        """The task at which a page stopped to look though there may be more; None if it looked at all."""
        anything = dict.fromkeys(("state", "tenant_id", "actor", "queue", "node", "error", "id"))
        page = {"unhandled": False, "skip": self._looked_at - 1, "limit": 1}
        return transaction.row("list_tasks", {**parameters, **anything, **page})


def _parameters(wanted: TaskFilters) -> dict[str, Any]:
    """The parameters of a statement. An index is walked by an id, a rare state or the tenant, or by time alone.

    Most tasks are completed, so their state narrows nothing down where a tenant is given.
    """
    text, state = wanted.text, wanted.state
    named = text if text and _AN_ID.fullmatch(text) else None
    by_state = state if state != "completed" or wanted.tenant_id is None else None
    fields = to_json(wanted)
    del fields["text"]
    return {
        **fields,
        "error": text if named is None else None,
        "id": named,
        "walk_id": named,
        "walk_state": by_state if named is None else None,
        "walk_tenant": wanted.tenant_id if named is None and by_state is None else None,
    }


def _summary(row: dict[str, Any]) -> TaskSummary:
    return TaskSummary(**_fields(row))


def _fields(row: dict[str, Any]) -> dict[str, Any]:
    """The fields that both views of a task have."""
    names = (
        "task_id",
        "job_id",
        "tenant_id",
        "media_id",
        "actor",
        "queue",
        "node",
        "state",
        "run",
        "retry",
        "attempts",
    )
    waited = None not in (row["enqueued_ms"], row["started_ms"])
    return {
        **{name: row[name] for name in names},
        "enqueued_at": views.instant_or_none(row["enqueued_ms"]),
        "started_at": views.instant_or_none(row["started_ms"]),
        "ended_at": views.instant_or_none(row["ended_ms"]),
        "wait_ms": max(row["started_ms"] - row["enqueued_ms"], 0) if waited else None,
        "run_ms": row["duration_ms"],
        "error": None if row["problem"] is None else from_json(Failure, row["problem"]),
        "discarded_at": views.instant_or_none(row["discarded_ms"]),
    }
