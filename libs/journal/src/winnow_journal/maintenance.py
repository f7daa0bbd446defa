"""Maintenance: removal of rows that are no longer needed, in slices, so that no commit waits for long."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from winnow_contracts.control import EVERY_RUN
from winnow_contracts.envelope import now_ms
from winnow_journal import past_tasks
from winnow_journal.journal import SqliteJournal
from winnow_journal.protocol import Journal
from winnow_journal.values import Clock, Flag
from winnow_journal.writer import Execute

GRACE_MS = 600_000
"""How long applied events and ended tasks are kept whole, so that people can read them."""

_ALL = 1_000_000
_BATCH = 500
_SLICE = 1_000

EndedJobs = Callable[[Sequence[str]], Mapping[str, int]]
"""Asks index which of these jobs have ended, and in which run."""


def sweep(journal: SqliteJournal, ended_jobs: EndedJobs, *, batch: int = _BATCH) -> int:
    """Remove the kept commands of jobs that have ended; returns the number of jobs that were looked up."""
    journal.recover()
    asked = 0
    for jobs, ended in ended_of_kept(journal, ended_jobs, batch=batch):
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


def clean(journal: SqliteJournal, *, grace_ms: int = GRACE_MS, clock: Clock = now_ms) -> None:
    """Remove applied events, reduce ended tasks to what is remembered of them, and forget what is older than a week.

    ``past_tasks.horizon`` says what is. Tasks that have not ended are removed after that time too. Their message
    continued on another node; if it returns, it counts as new.
    """
    fresh_ms = clock() - grace_ms
    _in_slices(journal, past_tasks.move_ended, fresh_ms, _SLICE)
    first_day = journal.write(partial(past_tasks.horizon, now_ms=clock()))
    old_ms = first_day * past_tasks.DAY_MS
    applied_seq = journal.applied_seq
    _in_slices(
        journal, _delete, "outbox", "seq", "kind = 'event' AND seq <= ? AND created_ms < ?", applied_seq, fresh_ms
    )
    for handovers in ("sync_log", "sync_failure"):
        _in_slices(journal, _delete, handovers, "rowid", "at_ms < ?", fresh_ms)
    _in_slices(journal, _delete, "task_wal", "task_id", _WENT_ON, old_ms, old_ms)
    _in_slices(journal, past_tasks.forget, first_day, _SLICE)
    journal.write(partial(_drop_orphans, old_ms))


def make_room(journal: SqliteJournal, limit_bytes: int, *, clock: Clock = now_ms) -> bool:
    """Bring the journal below ``limit_bytes``, by giving up what people read first, then what it remembers longest.

    A copy of a message whose task is forgotten counts as new; index is asked about it, if it was redelivered or may be
    a duplicate. Returns False if open work alone takes more.
    """
    if journal.used_bytes() > limit_bytes:
        clean(journal, grace_ms=0, clock=clock)
    while journal.used_bytes() > limit_bytes:
        oldest = journal.write(past_tasks.oldest_day)
        if oldest is None:
            return False
        journal.write(partial(past_tasks.forget, before_day=oldest + 1, limit=_SLICE))
    return True


_WENT_ON = (
    "state <> 'running' AND coalesce(ended_ms, started_ms) < ?"
    " AND task_id NOT IN (SELECT task_id FROM retry_queue WHERE next_ms >= ?)"
    " AND job_id NOT IN (SELECT job_id FROM outbox WHERE kind = 'command')"
)


def _in_slices(journal: SqliteJournal, work: Callable[..., int], *parameters: object) -> None:
    """Repeat ``work`` until it finds less than a whole slice. Other writes get their turn in between."""
    while journal.write(lambda execute: work(execute, *parameters)) >= _SLICE:
        pass


def _delete(execute: Execute, table: str, key: str, which: str, *parameters: object) -> int:
    found = f"SELECT {key} FROM {table} WHERE {which} ORDER BY {key} LIMIT {_SLICE}"  # noqa: S608 - ours
    return execute(f"DELETE FROM {table} WHERE {key} IN ({found})", parameters).rowcount  # noqa: S608 - ours


def _drop_orphans(old_ms: int, execute: Execute) -> None:
    execute("DELETE FROM retry_queue WHERE task_id NOT IN (SELECT task_id FROM task_wal)")
    execute("DELETE FROM step WHERE done_ms < ? AND job_id NOT IN (SELECT job_id FROM task_wal)", (old_ms,))
    # Nothing begins from the steps of a deleted job, and they may tell what was said or shown.
    execute(
        "DELETE FROM step WHERE job_id NOT IN (SELECT job_id FROM task_wal) AND job_id IN"
        " (SELECT key FROM json_each((SELECT value FROM journal_meta WHERE name = ?), '$.cancelled')"
        " WHERE json_each.value = ?)",
        (Flag.CONTROL, EVERY_RUN),
    )
