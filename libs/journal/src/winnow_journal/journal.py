"""Keeps the journal in SQLite in WAL mode."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from winnow_contracts.commands import Command
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.events import JobAccepted, SequencedEvent, TaskEvent
from winnow_journal import outbox_rows, past_tasks
from winnow_journal.codec import convert, decode, encode, from_text
from winnow_journal.database import Parameters, Reader, open_database
from winnow_journal.leadership import Leadership
from winnow_journal.stages import stage_key
from winnow_journal.task_rows import TASK_STATE, TaskRows, task_row
from winnow_journal.values import (
    MOST_EVENT_BYTES,
    AttemptResult,
    Claim,
    Clock,
    DeliveryContext,
    Flag,
    OutboxRow,
    TaskRow,
)
from winnow_journal.writer import Execute, Writer

T = TypeVar("T")
_OF_RUNS = "kind = 'command' AND confirmed_ms IS NOT NULL AND job_id = ? AND json_extract(body, '$.headers.run') <= ?"
_NUMBERS_SKIPPED = 1_000_000
"""Numbers skipped at each start: more than the events ever written between two fsyncs. A power cut may undo events that
index has stored already. Their numbers must not be reused, or index would take new events for known ones."""


class SqliteJournal:
    """A node's journal in ``folder``. ``protocol.Journal`` has the promise of each method.

    ``exclusive`` is for workers: one process owns one journal, and a second one gets Misconfigured. The gateway's
    processes share one. ``clock`` tells every time that is written. Raises JournalUnusable if the file cannot be opened
    or written.

    Example::

        journal = SqliteJournal(Path("data"), "media@host-1")
        rows = journal.accept(envelope, accepted)  # on disk; the relay publishes these rows
        journal.close()
    """

    def __init__(
        self,
        folder: Path,
        node: str,
        *,
        exclusive: bool = True,
        observe_commit: Callable[[float], None] = lambda seconds: None,
        clock: Clock = now_ms,
    ) -> None:
        self.node = node
        self.path = folder / "journal.db"
        self.boot_id = uuid.uuid4().hex
        folder.mkdir(parents=True, exist_ok=True)
        self._clock = clock
        self._tasks = TaskRows(self.boot_id, node, clock)
        self._heard: Callable[[TaskEvent], None] = lambda event: None
        self.owners = Leadership(folder / "owners", self.boot_id, exclusive=exclusive)
        database = open_database(self.path)
        self._writer = Writer(database, observe_commit)
        self._reader = Reader(self.path)
        self.journal_id = self._writer.write(_identify, durable=True)
        self.recover()

    def close(self) -> None:
        """Commit what waits and close the file."""
        self._writer.close()
        self._reader.close()
        self.owners.close()

    def recover(self) -> None:
        """Take over what dead processes left: their outbox rows, and their running tasks as suspects."""
        if self.owners.try_become_leader():
            self._write(lambda execute: self._tasks.release_dead(execute, self.owners.alive), durable=True)
            self.owners.sweep()

    def listen(self, heard: Callable[[TaskEvent], None]) -> None:
        """Call ``heard`` with every beginning and end of an attempt from now on, once it is written.

        It gets the event that index gets, in the thread that wrote it.
        """
        self._heard = heard

    def task_state(self, task_id: str) -> TaskRow | None:
        """The task's row in this journal, or None."""
        found = self._one(TASK_STATE, {"task_id": task_id})
        return None if found is None else task_row(*found)

    def claim(self, envelope: Envelope, context: DeliveryContext) -> Claim:
        """Decide whether to run a delivered message's task. If it is to run, its row is ``running`` afterwards."""
        # No fsync: the broker still holds the message until the ack. If the task ends without a run, the ack waits
        # until the broker has that event.
        return self._write_told(lambda execute: self._tasks.claim(execute, envelope, context), durable=False)

    def mark_isolated(self, task_id: str, attempt_id: str) -> None:
        """Record that only this attempt runs in the process from now on. A crash then counts against this task."""

        def mark(execute: Execute) -> None:
            execute("UPDATE task_wal SET alone = 1 WHERE task_id = ? AND attempt_id = ?", (task_id, attempt_id))

        self._write(mark, durable=False)

    def clear_isolation(self) -> None:
        """Record that the process is shutting down.

        If it is killed before its tasks end, that does not count against them.
        """
        self._write(lambda execute: execute("UPDATE task_wal SET alone = 0 WHERE alone = 1"), durable=False)

    def find_step(self, envelope: Envelope, name: str, input_hash: str) -> str | None:
        """The recorded result (JSON text) of a finished step, or None."""
        row = self._one(
            "SELECT result FROM step WHERE job_id = ? AND stage = ? AND name = ? AND input_hash = ?",
            (*stage_key(envelope), name, input_hash),
        )
        return None if row is None else str(row[0])

    def record_step(
        self,
        envelope: Envelope,
        attempt_id: str,
        name: str,
        input_hash: str,
        result: str,
        duration_ms: int,
        event: TaskEvent | None,
    ) -> None:
        """Record a finished step and its event, if it has one."""

        at_ms = self._clock()

        def record(execute: Execute) -> None:
            execute(
                "INSERT OR IGNORE INTO step VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*stage_key(envelope), name, input_hash, envelope.task_id, attempt_id, result, duration_ms, at_ms),
            )
            # A crash after this is no sign of poison: the task makes progress, and does not reach this point again.
            execute(
                "UPDATE task_wal SET alone = 0 WHERE task_id = ? AND attempt_id = ? AND alone = 1",
                (envelope.task_id, attempt_id),
            )
            outbox_rows.add(execute, self.boot_id, [event] if event else [], at_ms=at_ms)

        self._write(record, durable=False)

    def finish(self, envelope: Envelope, attempt_id: str, ending: AttemptResult) -> tuple[OutboxRow, ...]:
        """End an attempt, durably, in one transaction with its outbox rows; returns the rows that hold the ack back."""
        return self._write_told(lambda execute: self._tasks.finish(execute, envelope, attempt_id, ending), durable=True)

    def accept(self, envelope: Envelope, accepted: JobAccepted) -> tuple[OutboxRow, ...]:
        """Record an accepted job, durably; returns the rows to publish.

        A job accepted before changes nothing, and its unconfirmed rows are returned again.
        """
        return self._write(lambda execute: self._tasks.take_in(execute, envelope, accepted), durable=True)

    def accept_all(self, taken: Sequence[tuple[Envelope, JobAccepted | None]]) -> tuple[OutboxRow, ...]:
        """Record commands in one transaction: all of them or none. Each as by ``accept``, or ``submit`` where None."""

        def record(execute: Execute) -> tuple[OutboxRow, ...]:
            return tuple(row for one in taken for row in self._tasks.take_in(execute, *one))

        return self._write(record, durable=True)

    def submit(self, envelope: Envelope) -> tuple[OutboxRow, ...]:
        """Record a command that does not begin a job, durably; otherwise as ``accept``."""
        return self._write(lambda execute: self._tasks.take_in(execute, envelope, None), durable=True)

    def accepted(self, job_id: str) -> tuple[Command, JobAccepted] | None:
        """The job as it was accepted here, or None if the journal no longer keeps it."""
        rows = self._all(outbox_rows.ACCEPTED + " AND e.job_id = ?", (job_id,))
        return next(map(_accepted, rows), None)

    def recently_accepted(self, tenant_id: str, limit: int) -> list[tuple[Command, JobAccepted]]:
        """The tenant's jobs accepted here, newest first."""
        return [_accepted(row) for row in self._all(outbox_rows.ACCEPTED_OF, (tenant_id, limit))]

    def unconfirmed(self, limit: int, *, closed: Collection[str] = ()) -> list[OutboxRow]:
        """Commands of this process that the broker has not confirmed, oldest first; none for a lane of ``closed``."""
        if closed:
            travellers = outbox_rows.travellers(closed)
            rows = self._all(outbox_rows.UNCONFIRMED_BUT_CLOSED, (self.boot_id, self._clock(), travellers, limit))
        else:
            rows = self._all(outbox_rows.UNCONFIRMED, (self.boot_id, limit))
        return [outbox_rows.outgoing(outbox_rows.StoredRow(*row)) for row in rows]

    def count_unconfirmed(self) -> int:
        """How many commands the broker has not confirmed, of all processes that share the journal."""
        ((count,),) = self._all(outbox_rows.COUNT_UNCONFIRMED, ())
        return int(count)

    def confirm(self, rows: Sequence[OutboxRow]) -> None:
        """Record that the broker holds these rows. Rows reopened since they were read stay unconfirmed."""
        marks = (self._clock(), encode([(row.seq, row.generation) for row in rows]).decode())
        self._write(lambda execute: execute(outbox_rows.CONFIRM, marks), durable=False)

    def events_after(self, seq: int, limit: int, *, most_bytes: int = MOST_EVENT_BYTES) -> list[SequencedEvent]:
        """Events with a number above ``seq``, at most ``limit`` and ``most_bytes`` of JSON, in order; one at least."""
        rows = self._all(outbox_rows.EVENTS_AFTER, (seq, limit, most_bytes))
        return [SequencedEvent(seq=number, event=decode(TaskEvent, body)) for number, body in rows]

    @property
    def applied_seq(self) -> int:
        """The highest number up to which index has stored every event."""
        return int(self.flag(Flag.APPLIED_SEQ) or 0)

    def applied(self, sent_seq: int, applied_seq: int, *, keeps_commands: bool = False) -> None:
        """Record index's answer: every event up to ``applied_seq`` is stored."""

        def note(execute: Execute) -> None:
            execute("INSERT INTO sync_log VALUES (?, ?, ?)", (self._clock(), sent_seq, applied_seq))
            _set_flag(execute, Flag.APPLIED_SEQ, str(applied_seq))
            if keeps_commands:
                _set_flag(execute, Flag.KEPT_SEQ, str(applied_seq))

        self._write(note, durable=False)

    def not_applied(self, sent_seq: int, error: str) -> None:
        """Record that events up to ``sent_seq`` could not be handed over to index, and why."""
        row = (self._clock(), sent_seq, error)
        self._write(lambda execute: execute("INSERT INTO sync_failure VALUES (?, ?, ?)", row), durable=False)

    def jobs_with_kept_commands(self, limit: int) -> list[str]:
        """Jobs whose confirmed commands are still kept, oldest first."""
        rows = self._all(
            "SELECT job_id FROM outbox WHERE kind = 'command' AND confirmed_ms IS NOT NULL"
            " GROUP BY job_id ORDER BY min(seq) LIMIT ?",
            (limit,),
        )
        return [job_id for (job_id,) in rows]

    @property
    def kept_seq(self) -> int:
        """The highest number up to which index keeps the command that each event told it."""
        return int(self.flag(Flag.KEPT_SEQ) or 0)

    def has_kept_by_index(self) -> bool:
        """Whether ``prune_kept`` would remove anything."""
        return bool(self._all(f"SELECT 1 FROM outbox WHERE {outbox_rows.TOLD} LIMIT 1", (self.kept_seq,)))  # noqa: S608

    def prune_kept(self, kept_seq: int) -> int:
        """Remove the commands told by events up to ``kept_seq`` that the broker holds too; returns how many."""

        def drop(execute: Execute) -> int:
            past_tasks.remember_sent(execute, outbox_rows.TOLD, kept_seq)
            return execute(f"DELETE FROM outbox WHERE {outbox_rows.TOLD}", (kept_seq,)).rowcount  # noqa: S608 - ours

        return self._write(drop, durable=False)

    def prune_ended(self, ended: Mapping[str, int]) -> None:
        """Mark the commands of ended jobs as no longer needed.

        ``ended`` maps a job id to the run in which it ended; commands of later runs stay.
        """

        def drop(execute: Execute) -> None:
            for job_id, run in ended.items():
                past_tasks.remember_sent(execute, _OF_RUNS, job_id, run)
                execute(f"DELETE FROM outbox WHERE {_OF_RUNS}", (job_id, run))  # noqa: S608 - ours

        self._write(drop, durable=False)

    def reopen_all(self, ended: Mapping[str, int]) -> int:
        """Mark every kept command of a job not in ``ended`` as unconfirmed, after the broker lost its data.

        Returns how many.
        """
        self.prune_ended(ended)
        return self._write(lambda execute: self._open_again(execute, "kind = 'command'"), durable=True)

    def reopen_job(self, job_id: str) -> int:
        """Mark every kept command of this job as unconfirmed; returns how many."""
        kept = "kind = 'command' AND confirmed_ms IS NOT NULL AND job_id = ?"
        return self._write(lambda execute: self._open_again(execute, kept, job_id), durable=True)

    def _open_again(self, execute: Execute, which: str, *parameters: str) -> int:
        # A delayed command waits for its whole delay again: a late retry is better than an early one.
        return execute(
            f"UPDATE outbox SET confirmed_ms = NULL, again = again + 1, owner = ? WHERE {which}",  # noqa: S608 - ours
            (self.boot_id, *parameters),
        ).rowcount

    def flag(self, name: str) -> str:
        """The journal's own stored value of this name, or an empty string."""
        row = self._one("SELECT value FROM journal_meta WHERE name = ?", (name,))
        return "" if row is None else str(row[0])

    def set_flag(self, name: str, value: str) -> None:
        """Store a value of the journal itself, durably."""
        self._write(lambda execute: _set_flag(execute, name, value), durable=True)

    def checkpoint(self) -> int:
        """Fold the write-ahead log into the database; returns the log's size in bytes before."""
        size_bytes = self.wal_bytes()
        self._reader.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        return size_bytes

    def wal_bytes(self) -> int:
        """The size of the write-ahead log in bytes."""
        wal = self.path.with_name(self.path.name + "-wal")
        return wal.stat().st_size if wal.exists() else 0

    def used_bytes(self) -> int:
        """Bytes in use inside the file. The file itself does not shrink when rows are removed."""
        ((used,),) = self._reader.rows(
            "SELECT (pages.page_count - free.freelist_count) * size.page_size"
            " FROM pragma_page_count pages, pragma_freelist_count free, pragma_page_size size"
        )
        return int(used)

    def read(self, sql: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        """All rows of a query of the database. Figures and maintenance use it."""
        return self._reader.rows(sql, parameters)

    def write(self, run: Callable[[Execute], T], *, durable: bool = False) -> T:
        """Run a function of the database in a transaction, and return its result. Maintenance uses it."""
        return self._write(run, durable=durable)

    def _write_told(self, run: Callable[[Execute], T], *, durable: bool) -> T:
        def recorded(execute: Execute) -> tuple[T, tuple[TaskEvent, ...]]:
            self._tasks.told.clear()  # one thread at a time comes here, perhaps twice with one run
            return run(execute), tuple(self._tasks.told)

        result, told = self._write(recorded, durable=durable)
        for event in told:
            self._heard(event)
        return result

    def _write(self, run: Callable[[Execute], T], *, durable: bool) -> T:
        return self._writer.write(run, durable=durable)

    def _one(self, sql: str, parameters: Parameters) -> tuple[Any, ...] | None:
        return next(iter(self._reader.rows(sql, parameters)), None)

    def _all(self, sql: str, parameters: Parameters) -> list[tuple[Any, ...]]:
        return self._reader.rows(sql, parameters)


def _identify(execute: Execute) -> str:
    """Read the journal's id, or create one if the file is new, and skip ``_NUMBERS_SKIPPED`` numbers."""
    execute("INSERT OR IGNORE INTO journal_meta VALUES (?, ?)", (Flag.JOURNAL_ID, uuid.uuid4().hex))
    execute("INSERT INTO sqlite_sequence SELECT 'outbox', 0 WHERE 'outbox' NOT IN (SELECT name FROM sqlite_sequence)")
    execute("UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'outbox'", (_NUMBERS_SKIPPED,))
    (journal_id,) = execute("SELECT value FROM journal_meta WHERE name = ?", (Flag.JOURNAL_ID,)).fetchone()
    return str(journal_id)


def _set_flag(execute: Execute, name: str, value: str) -> None:
    execute("INSERT OR REPLACE INTO journal_meta VALUES (?, ?)", (name, value))


def _accepted(found: tuple[str, str]) -> tuple[Command, JobAccepted]:
    """The job of an accepted event and its command's text."""
    event, command = found
    return from_text(command).command, convert(JobAccepted, decode(TaskEvent, event).detail)
