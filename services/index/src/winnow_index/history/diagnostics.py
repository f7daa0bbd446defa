"""Finds problems for operators: stuck jobs, odd attempts, dead tasks, lost journals, events that cannot be stored."""

from typing import Any

from winnow_base.redaction import redact, redact_text
from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.operators import (
    DiagnosticFinding,
    EventSetAside,
    EventsSetAside,
    JournalSummaryView,
    OddAttempts,
)
from winnow_contracts.problems import BAD_INPUT
from winnow_index.database import Database, Transaction
from winnow_index.views import instant, instant_or_none
from winnow_journal.codec import parse

_MOST = 200
"""The most findings of each kind, because a person reads them."""


class Diagnostics:
    """Reads for operators, over all tenants. All methods raise Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def journals(self) -> list[JournalSummaryView]:
        """All journals that index knows, each with the number of its attempts with unknown outcome."""
        with self._database.transaction() as transaction:
            return [_journal(row) for row in transaction.rows("list_journals")]

    def events_set_aside(self, limit: int) -> EventsSetAside:
        """The latest events that cannot be stored, without secrets."""
        with self._database.transaction() as transaction:
            rows = transaction.rows("list_events_set_aside", {"limit": limit + 1})
        return EventsSetAside(items=tuple(_event_set_aside(row) for row in rows[:limit]), more=len(rows) > limit)

    def all(self, stuck_seconds: int) -> list[DiagnosticFinding]:
        """All findings. A job is stuck if no event of it came for ``stuck_seconds``."""
        with self._database.transaction() as transaction:
            return [
                *_stuck_jobs(transaction, stuck_seconds),
                *_dead_tasks(transaction),
                *_odd_attempts(transaction, "unknown", "unknown_attempt", "ended in a way that nobody can know"),
                *_odd_attempts(transaction, "superseded", "superseded", "ended after another outcome was accepted"),
                *_lost_journals(transaction),
                *_set_aside(transaction),
            ]

    def odd_attempts(self) -> OddAttempts:
        """Counts of attempts that ended ``superseded`` or ``unknown``; not limited as the lists of ``all`` are."""
        with self._database.transaction() as transaction:
            counts = {row["outcome"]: row["count"] for row in transaction.rows("count_odd_attempts")}
        return OddAttempts(superseded=counts.get("superseded", 0), unknown=counts.get("unknown", 0))


def _stuck_jobs(transaction: Transaction, stuck_seconds: int) -> list[DiagnosticFinding]:
    looked_ms = now_ms()
    rows = transaction.rows("find_stuck_jobs", {"before_ms": looked_ms - stuck_seconds * 1000, "limit": _MOST})
    return [
        DiagnosticFinding(
            kind="stuck_job",
            what=row["job_id"],
            detail=f"It is {row['status']}, and nothing was heard of it for {(looked_ms - row['heard_ms']) // 1000} s.",
        )
        for row in rows
    ]


def _dead_tasks(transaction: Transaction) -> list[DiagnosticFinding]:
    # Leave out bad files: the sender was told and has to send a good one, and a replay would fail in the same way.
    wanted = {"actor": None, "tenant_id": None, "without_codes": sorted(BAD_INPUT), "after_ms": None, "after_id": None}
    return [
        DiagnosticFinding(
            kind="dead_task",
            what=row["task_id"],
            detail=f"{row['actor']} of {row['job_id']} failed for good: {_reason(row)}",
        )
        for row in transaction.rows("list_dead", {**wanted, "limit": _MOST})
    ]


def _odd_attempts(transaction: Transaction, outcome: str, kind: str, sentence: str) -> list[DiagnosticFinding]:
    return [
        DiagnosticFinding(
            kind=kind,
            what=row["task_id"],
            detail=f"Attempts of {row['actor']} of {row['job_id']} {sentence}.",
            count=row["count"],
        )
        for row in transaction.rows("find_odd_attempts", {"outcome": outcome, "limit": _MOST})
    ]


def _lost_journals(transaction: Transaction) -> list[DiagnosticFinding]:
    return [
        DiagnosticFinding(
            kind="lost_journal",
            what=row["journal_id"],
            detail=f"{row['service']} node {row['node']} works with a newer journal.",
        )
        for row in transaction.rows("find_lost_journals", {"limit": _MOST})
    ]


def _set_aside(transaction: Transaction) -> list[DiagnosticFinding]:
    return [
        DiagnosticFinding(
            kind="events_set_aside",
            what=row["journal_id"],
            detail=f"Events of this journal cannot be stored, the last since {instant(row['last_ms'])}: the history of"
            " their jobs lacks them.",
            count=row["count"],
        )
        for row in transaction.rows("count_events_set_aside", {"limit": _MOST})
    ]


def _event_set_aside(row: dict[str, Any]) -> EventSetAside:
    return EventSetAside(
        journal_id=row["journal_id"],
        service=row["service"] or "",
        node=row["node"] or "",
        seq=row["seq"],
        set_aside_at=instant(row["at_ms"]),
        error=redact_text(row["error"]),
        event=redact(parse(bytes(row["body"]))),
    )


def _reason(row: dict[str, Any]) -> str:
    return (row["problem"] or {}).get("detail", "") or "no reason is recorded."


def _journal(row: dict[str, Any]) -> JournalSummaryView:
    return JournalSummaryView(
        journal_id=row["journal_id"],
        service=row["service"],
        node=row["node"],
        applied_seq=row["applied_seq"],
        seen_at=instant_or_none(row["seen_ms"]),
        lost_at=instant_or_none(row["lost_ms"]),
        unknown_attempts=row["unknown_attempts"],
    )
