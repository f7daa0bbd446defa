"""Maintenance: checkpoints, and removal of rows that are no longer needed."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from winnow_contracts.envelope import now_ms
from winnow_contracts.failpoints import failpoint
from winnow_journal.journal import SqliteJournal
from winnow_journal.protocol import Journal
from winnow_journal.values import Clock
from winnow_journal.writer import Execute

DEDUPLICATION_MS = 7 * 86_400_000
"""How long a finished task is remembered, so that a copy of its message is not run again."""
EVENT_GRACE_MS = 3_600_000
"""How long an applied event is kept, so that people can read it."""

_ALL = 1_000_000
_BATCH = 500

EndedJobs = Callable[[Sequence[str]], Mapping[str, int]]
"""Asks index which of these jobs have ended, and in which run."""


def sweep(journal: SqliteJournal, ended_jobs: EndedJobs, *, batch: int = _BATCH) -> int:
    """Remove the kept commands of jobs that have ended; returns the number of jobs that were looked up."""
    journal.recover()
    asked = 0
    for jobs, ended in ended_of_kept(journal, ended_jobs, batch=batch):
        if ended:
            failpoint("upkeep.forgetting")
        journal.prune_ended(ended)
        asked += len(jobs)
    return asked


def ended_of_kept(
    journal: Journal, ended_jobs: EndedJobs, *, batch: int = _BATCH
) -> Iterator[tuple[Sequence[str], Mapping[str, int]]]:
    """Look up every job with kept commands, in batches.

    Yields each batch of job ids and those that have ended, with their run.
    """
    # Look up all of them: jobs that stay open for long must not hide the younger ones.
    kept = journal.jobs_with_kept_commands(_ALL)
    for start in range(0, len(kept), batch):
        jobs = kept[start : start + batch]
        yield jobs, ended_jobs(jobs)


def clean(journal: SqliteJournal, *, clock: Clock = now_ms) -> None:
    """Remove applied events, and tasks and steps without any change during the deduplication window.

    Tasks that have not ended are removed too. Their message continued on another node; if it returns, it counts as new.
    """
    applied_seq = journal.applied_seq

    def remove(execute: Execute) -> None:
        old = clock() - DEDUPLICATION_MS
        execute(
            "DELETE FROM outbox WHERE kind = 'event' AND seq <= ? AND created_ms < ?",
            (applied_seq, clock() - EVENT_GRACE_MS),
        )
        execute(
            "DELETE FROM task_wal WHERE state <> 'running' AND coalesce(ended_ms, started_ms) < ?"
            " AND task_id NOT IN (SELECT task_id FROM retry_queue WHERE next_ms >= ?)"
            " AND job_id NOT IN (SELECT job_id FROM outbox WHERE kind = 'command')",
            (old, old),
        )
        execute("DELETE FROM retry_queue WHERE task_id NOT IN (SELECT task_id FROM task_wal)")
        execute("DELETE FROM step WHERE done_ms < ? AND job_id NOT IN (SELECT job_id FROM task_wal)", (old,))
        execute("DELETE FROM sync_log WHERE at_ms < ?", (old,))

    journal.write(remove)
