"""What keeps a journal small and healthy: checkpoints, and removal of what is safe to forget."""

from collections.abc import Callable, Sequence

from winnow_contracts.envelope import now_ms
from winnow_journal.journal import SqliteJournal
from winnow_journal.writer import Execute

DEDUPLICATION_MS = 7 * 86_400_000
"""How long a finished task is remembered, so that a copy of its message is not run again."""
EVENT_GRACE_MS = 3_600_000
"""How long an applied event stays for reading."""

EndedJobs = Callable[[Sequence[str]], Sequence[str]]
"""Asks index which of these jobs have ended."""


def sweep(journal: SqliteJournal, ended_jobs: EndedJobs, *, batch: int = 500) -> int:
    """Forget the commands of ended jobs (keep until safe); returns how many jobs were asked about."""
    journal.recover()
    kept = journal.kept_jobs(batch)
    if kept:
        journal.forget(ended_jobs(kept))
    return len(kept)


def clean(journal: SqliteJournal, *, now: Callable[[], int] = now_ms) -> None:
    """Remove applied events, and finished tasks and steps older than the deduplication window."""
    applied_seq = journal.applied_seq

    def remove(execute: Execute) -> None:
        old = now() - DEDUPLICATION_MS
        execute(
            "DELETE FROM outbox WHERE kind = 'event' AND seq <= ? AND created_ms < ?",
            (applied_seq, now() - EVENT_GRACE_MS),
        )
        execute(
            "DELETE FROM task_wal WHERE state IN ('completed', 'cancelled', 'dead') AND ended_ms < ?"
            " AND job_id NOT IN (SELECT job_id FROM outbox WHERE kind = 'command')",
            (old,),
        )
        execute("DELETE FROM step WHERE done_ms < ? AND job_id NOT IN (SELECT job_id FROM task_wal)", (old,))
        execute("DELETE FROM sync_log WHERE at_ms < ?", (old,))

    journal.write(remove)
