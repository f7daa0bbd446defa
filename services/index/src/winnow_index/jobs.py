"""Reads of jobs: as people see them, and with their whole history."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from winnow_contracts.errors import NotFound
from winnow_index.cursors import Cursors
from winnow_index.database import Database, Transaction
from winnow_index.instants import instant, instant_or_none
from winnow_index.pages import Wanted, read_page
from winnow_index.stages import stages

STATUSES = ("queued", "running", "done", "failed", "cancelled")

Row = dict[str, Any]


class JobReads:
    """Views of jobs. Another tenant's jobs do not exist: NotFound."""

    def __init__(self, database: Database, cursors: Cursors) -> None:
        self._database = database
        self._cursors = cursors

    def list(self, wanted: Wanted) -> Row:
        """``{items, next_cursor}``, newest first. Raises BadInput (``invalid-cursor``)."""
        with self._database.transaction() as transaction:
            rows, next_cursor = read_page(transaction, self._cursors, "list_jobs", "job_id", wanted)
            tasks = _by_job(transaction, rows)
        return {"items": [_view(row, tasks[row["job_id"]]) for row in rows], "next_cursor": next_cursor}

    def one(self, tenant_id: str, job_id: str) -> Row:
        """One job with its stages."""
        with self._database.transaction() as transaction:
            row = _find(transaction, tenant_id, job_id)
            tasks = _by_job(transaction, [row])
        return _view(row, tasks[job_id])

    def trace(self, tenant_id: str, job_id: str) -> Row:
        """Everything known of a job: its tasks with attempts and steps, and every event, oldest first."""
        with self._database.transaction() as transaction:
            row = _find(transaction, tenant_id, job_id)
            tasks = _by_job(transaction, [row])[job_id]
            attempts = _grouped(transaction.rows("read_attempts", {"job_id": job_id}))
            steps = _grouped(transaction.rows("read_steps", {"job_id": job_id}))
            events = transaction.rows("read_events", {"job_id": job_id})
        return {
            "job": _view(row, tasks),
            "tasks": [_task(task, attempts[task["task_id"]], steps[task["task_id"]]) for task in tasks],
            "events": [_event(event) for event in events],
        }

    def ended(self, job_ids: Sequence[str]) -> list[str]:
        """Which of these jobs are done, failed or cancelled, of whatever tenant: journals ask."""
        with self._database.transaction() as transaction:
            return [row["job_id"] for row in transaction.rows("ended_jobs", {"job_ids": list(job_ids)})]


def _find(transaction: Transaction, tenant_id: str, job_id: str) -> Row:
    row = transaction.row("read_job", {"tenant_id": tenant_id, "job_id": job_id})
    if row is None:
        raise NotFound(f"There is no job {job_id}.")
    return row


def _by_job(transaction: Transaction, jobs: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for task in transaction.rows("read_tasks", {"job_ids": [job["job_id"] for job in jobs]}):
        found[task["job_id"]].append(task)
    return found


def _grouped(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["task_id"]].append(row)
    return found


def _view(row: Row, tasks: Sequence[Row]) -> Row:
    return {
        "id": row["job_id"],
        "media_id": row["media_id"],
        "status": row["status"],
        "run": row["run"],
        "created_at": instant(row["created_ms"]),
        "finished_at": instant_or_none(row["finished_ms"]),
        "stages": stages(tasks, row["status"]),
        "error": row["problem"],
        "warnings": row["warnings"] or [],
    }


def _task(row: Row, attempts: Sequence[Row], steps: Sequence[Row]) -> Row:
    return {
        "task_id": row["task_id"],
        "actor": row["actor"],
        "queue": row["queue"],
        "state": row["state"],
        "run": row["run"],
        "retry": row["retry"],
        "duration_ms": row["duration_ms"],
        "attempts": [
            {
                "attempt_id": attempt["attempt_id"],
                "number": attempt["number"],
                "node": attempt["node"],
                "started_at": instant_or_none(attempt["started_ms"]),
                "ended_at": instant_or_none(attempt["ended_ms"]),
                "outcome": attempt["outcome"],
                "why": attempt["why"],
                "error": attempt["problem"],
            }
            for attempt in attempts
        ],
        "steps": [
            {
                "name": step["name"],
                "duration_ms": step["duration_ms"],
                "reused": step["reused"],
                "at": instant(step["at_ms"]),
                "attempt_id": step["attempt_id"],
            }
            for step in steps
        ],
    }


def _event(row: Row) -> Row:
    names = ("at_ms", "kind", "actor", "task_id", "attempt_id", "node", "run", "retry", "detail")
    return {"at": instant(row["at_ms"]), **{name: row[name] for name in names}}
