"""What index finds amiss: jobs that stand still, attempts nobody can know of, dead tasks, lost journals."""

import time
from typing import Any

from winnow_contracts.problems import BAD_INPUT
from winnow_index import views
from winnow_index.database import Database, Transaction

_MOST = 200
"""Of each kind: a person reads this."""


class Findings:
    """Reads for operators, over all tenants. All raise Unavailable when PostgreSQL does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def journals(self) -> list[dict[str, Any]]:
        """Every journal index has heard of, with how many of its attempts have an unknown outcome."""
        with self._database.transaction() as transaction:
            return [views.journal_view(row) for row in transaction.rows("list_journals")]

    def all(self, stuck_seconds: int) -> list[dict[str, Any]]:
        """Everything amiss; a job is stuck when nothing was heard of it for ``stuck_seconds``."""
        with self._database.transaction() as transaction:
            return [
                *_stuck_jobs(transaction, stuck_seconds),
                *_dead_tasks(transaction),
                *_odd_attempts(transaction, "unknown", "unknown_attempt", "ended in a way that nobody can know"),
                *_odd_attempts(transaction, "superseded", "superseded", "ended after another outcome was accepted"),
                *_lost_journals(transaction),
            ]

    def odd_attempts(self) -> dict[str, int]:
        """How many attempts ended ``superseded`` or ``unknown``: all of them, where ``all`` names some."""
        with self._database.transaction() as transaction:
            counts = {row["outcome"]: row["count"] for row in transaction.rows("count_odd_attempts")}
        return {outcome: counts.get(outcome, 0) for outcome in ("superseded", "unknown")}


def _stuck_jobs(transaction: Transaction, stuck_seconds: int) -> list[dict[str, Any]]:
    now_ms = time.time_ns() // 1_000_000
    rows = transaction.rows("find_stuck_jobs", {"before_ms": now_ms - stuck_seconds * 1000, "limit": _MOST})
    return [
        _finding(
            "stuck_job",
            row["job_id"],
            f"It is {row['status']}, and nothing was heard of it for {(now_ms - row['heard_ms']) // 1000} s.",
        )
        for row in rows
    ]


def _dead_tasks(transaction: Transaction) -> list[dict[str, Any]]:
    # A bad file is its sender's to mend, who was told: nothing is amiss here, and a replay would end the same.
    wanted = {"actor": None, "tenant_id": None, "without_codes": sorted(BAD_INPUT), "after_ms": None, "after_id": None}
    return [
        _finding("dead_task", row["task_id"], f"{row['actor']} of {row['job_id']} failed for good: {_reason(row)}")
        for row in transaction.rows("list_dead", {**wanted, "limit": _MOST})
    ]


def _odd_attempts(transaction: Transaction, outcome: str, kind: str, sentence: str) -> list[dict[str, Any]]:
    return [
        _finding(kind, row["task_id"], f"Attempts of {row['actor']} of {row['job_id']} {sentence}.", row["count"])
        for row in transaction.rows("find_odd_attempts", {"outcome": outcome, "limit": _MOST})
    ]


def _lost_journals(transaction: Transaction) -> list[dict[str, Any]]:
    return [
        _finding("lost_journal", row["journal_id"], f"{row['service']} node {row['node']} works with a newer journal.")
        for row in transaction.rows("find_lost_journals", {"limit": _MOST})
    ]


def _reason(row: dict[str, Any]) -> str:
    return (row["problem"] or {}).get("detail", "") or "no reason is recorded."


def _finding(kind: str, what: str, detail: str, count: int | None = None) -> dict[str, Any]:
    counted = {} if count is None else {"count": count}
    return {"kind": kind, "what": what, "detail": detail, **counted}
