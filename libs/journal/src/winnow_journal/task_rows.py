"""Changes a task's row and its outbox rows inside one transaction."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

from winnow_contracts.envelope import Envelope, Undecodable, UnknownActor
from winnow_contracts.events import EventKind, JobAccepted, TaskEvent
from winnow_contracts.identity import new_attempt_id
from winnow_contracts.job_options import Track
from winnow_contracts.states import UNSPENT, TaskState, check_move
from winnow_journal import outbox_rows, past_tasks
from winnow_journal.codec import from_text, to_text
from winnow_journal.decision import SkipReason, decide, runs_alone
from winnow_journal.event_factory import (
    CANCELLED_UNRUN,
    ENDED_ON_OTHER_NODE,
    POISONED,
    accepted_event,
    end_event,
    enqueued_event,
    new_event,
    released_event,
    superseded_event,
)
from winnow_journal.outbox_rows import Entry, NewCommand, StoredRow
from winnow_journal.values import (
    AttemptResult,
    Claim,
    Clock,
    DeliveryContext,
    OutboxRow,
    Run,
    Skip,
    StartReason,
    TaskRow,
)
from winnow_journal.writer import Execute

TASK_STATE = (
    "SELECT state, retry, attempt_id, owner, suspect, deaths_alone FROM task_wal"  # noqa: S608 - ours
    " WHERE task_id = :task_id UNION ALL " + past_tasks.FIND + " AND state <> 'pending'"
)
"""The row of the task ``:task_id``, or what is remembered of its end. A task of which only the command was removed may
never have begun here."""


class TaskRows:
    """The journal's state changes as functions of a transaction.

    ``boot_id`` is this process; ``node`` is the name in its events. ``protocol.Journal`` has the promise of each.
    """

    def __init__(self, boot_id: str, node: str, clock: Clock) -> None:
        self._boot_id = boot_id
        self._node = node
        self._clock = clock
        self.told: list[TaskEvent] = []
        """Beginnings and ends of attempts in the present transaction."""

    def take_in(self, execute: Execute, envelope: Envelope, accepted: JobAccepted | None) -> tuple[OutboxRow, ...]:
        """Record a command, and the job if it begins one. A command recorded before changes nothing."""
        known = [StoredRow(*row) for row in execute(outbox_rows.COMMAND_FOR, (envelope.task_id,)).fetchall()]
        if known:
            return tuple(self._unconfirmed(row) for row in known if row.confirmed_ms is None)
        if execute(past_tasks.FIND, {"task_id": envelope.task_id}).fetchone():
            # Its command was sent and removed. The same idempotency key, or a late copy, must not send it again.
            return ()
        now = self._clock()
        entries = self._enqueued(envelope, origin="", at_ms=now)
        if accepted is not None:
            entries = [accepted_event(envelope, accepted, self._node, at_ms=now), *entries]
        return self._add(execute, entries, at_ms=now)

    def claim(self, execute: Execute, envelope: Envelope, context: DeliveryContext) -> Claim:
        """Decide whether to run a delivered message's task, and write what follows from that."""
        found = execute(TASK_STATE, {"task_id": envelope.task_id}).fetchone()
        row = found and task_row(*found)
        verdict = decide(row, envelope, context)
        match verdict:
            case SkipReason.FINISHED | SkipReason.STALE:
                stored = execute(outbox_rows.UNCONFIRMED_OF, (envelope.task_id,)).fetchall()
                rows = [outbox_rows.outgoing(StoredRow(*row)) for row in stored]
                # The process that wrote these rows may have published them.
                return Skip(cause=verdict.value, awaiting=tuple(replace(row, possible_duplicate=True) for row in rows))
            case SkipReason.HANDLED_BY_OTHER_NODE if row is None or not context.history.ended:
                return Skip(cause=verdict.value, awaiting=())
            case SkipReason.HANDLED_BY_OTHER_NODE:
                return self._end_unrun(execute, envelope, row, ENDED_ON_OTHER_NODE)
            case SkipReason.CANCELLED:
                return self._end_unrun(execute, envelope, row, CANCELLED_UNRUN)
            case SkipReason.POISON:
                return self._end_unrun(execute, envelope, row, POISONED)
            case _:
                return self._begin(execute, envelope, row, verdict, alone=runs_alone(row, envelope, context))

    def finish(
        self, execute: Execute, envelope: Envelope, attempt_id: str, ending: AttemptResult
    ) -> tuple[OutboxRow, ...]:
        """End an attempt and write its outbox rows; returns the rows that hold the ack back."""
        task_id, now = envelope.task_id, self._clock()
        check_move(TaskState.RUNNING, ending.state)
        retry = envelope.retry + 1 if ending.state is TaskState.RETRY_WAIT else envelope.retry
        changed = execute(
            "UPDATE task_wal SET state = ?, retry = ?, ended_ms = ?, duration_ms = ?, error = ?, trace = ?,"
            " suspect = 0, alone = 0"
            " WHERE task_id = ? AND attempt_id = ? AND state = 'running'",
            (
                ending.state,
                retry,
                now,
                ending.duration_ms,
                json.dumps(ending.error) if ending.error else None,
                ending.trace or None,
                task_id,
                attempt_id,
            ),
        ).rowcount
        if changed == 0:
            return self._tell(execute, superseded_event(envelope, ending, self._node, attempt_id, at_ms=now))
        children = [_marked(child, possible_duplicate=ending.possible_duplicate) for child in ending.children]
        entries = [entry for child in children for entry in self._enqueued(child, origin=task_id, at_ms=now)]
        copy = None
        if ending.state is TaskState.RETRY_WAIT:
            copy = envelope.retried(
                retry=retry,
                not_before_ms=now + ending.delay_ms,
                attempt_id=attempt_id,
                possible_duplicate=ending.possible_duplicate,
                turn_ms=ending.turn_ms,
                deferred=ending.outcome in UNSPENT,
                alone=ending.alone,
            )
            execute(
                "INSERT OR REPLACE INTO retry_queue VALUES (?, ?, ?, ?)",
                (task_id, retry, now + ending.delay_ms, json.dumps(ending.error)),
            )
        event = end_event(envelope, ending, self._node, attempt_id, copy=copy, at_ms=now)
        self.told.append(event)
        entries.append(event)
        if copy is not None:
            entries.append(NewCommand(copy, task_id, ending.delay_ms))
        return self._add(execute, entries, at_ms=now)

    def release_dead(self, execute: Execute, alive: Callable[[str], bool]) -> None:
        """Release the rows of dead processes.

        The broker redelivers their messages; until then their tasks are pending suspects.
        """
        running = execute("SELECT task_id, owner, attempt_id, envelope, alone FROM task_wal WHERE state = 'running'")
        for task_id, owner, attempt_id, envelope, alone in running.fetchall():
            if not alive(owner):
                check_move(TaskState.RUNNING, TaskState.PENDING)
                execute(
                    "UPDATE task_wal SET state = 'pending', suspect = suspect + 1, deaths_alone = deaths_alone + alone,"
                    " alone = 0 WHERE task_id = ?",
                    (task_id,),
                )
                try:
                    task = from_text(envelope)
                except (UnknownActor, Undecodable):
                    continue  # another version wrote this task; its release has no event, but the journal must open
                now = self._clock()
                event = released_event(task, self._node, attempt_id, alone=bool(alone), at_ms=now)
                self._add(execute, [event], at_ms=now)
        owners = execute("SELECT DISTINCT owner FROM outbox WHERE confirmed_ms IS NULL AND kind = 'command'")
        for (owner,) in owners.fetchall():
            if not alive(owner):
                execute("UPDATE outbox SET owner = ? WHERE owner = ?", (self._boot_id, owner))

    def _unconfirmed(self, row: StoredRow) -> OutboxRow:
        """The outbox row of a known command.

        The process that wrote it publishes it; otherwise the job would be sent twice.
        """
        if row.owner != self._boot_id:
            return OutboxRow(seq=row.seq, owned_by_other=True)
        return replace(outbox_rows.outgoing(row), possible_duplicate=True)

    def _end_unrun(self, execute: Execute, envelope: Envelope, row: TaskRow | None, ending: AttemptResult) -> Skip:
        """End a task that must not run. If no other node reports its end, the event holds the ack back."""
        check_move(row.state if row else TaskState.PENDING, ending.state)
        self._write_row(execute, envelope, ending.state, row.attempt_id if row else "", attempts=0)
        execute(
            "UPDATE task_wal SET ended_ms = ?, error = ? WHERE task_id = ?",
            (self._clock(), json.dumps(ending.error) if ending.error else None, envelope.task_id),
        )
        execute("DELETE FROM retry_queue WHERE task_id = ?", (envelope.task_id,))
        event = end_event(envelope, ending, self._node, "", at_ms=self._clock())
        return Skip(cause=ending.outcome.value, awaiting=self._tell(execute, event))

    def _begin(
        self, execute: Execute, envelope: Envelope, row: TaskRow | None, why: StartReason, *, alone: bool
    ) -> Run:
        check_move(row.state if row else TaskState.PENDING, TaskState.RUNNING)
        attempt_id = new_attempt_id()
        self._write_row(execute, envelope, TaskState.RUNNING, attempt_id, attempts=1)
        if row is not None:
            execute("DELETE FROM retry_queue WHERE task_id = ?", (envelope.task_id,))
        if envelope.track is Track.FULL:
            event = new_event(
                EventKind.STARTED, envelope, self._node, attempt_id, at_ms=self._clock(), why=why.value, alone=alone
            )
            self._tell(execute, event)
        return Run(attempt_id=attempt_id, why=why, alone=alone)

    def _write_row(
        self, execute: Execute, envelope: Envelope, state: TaskState, attempt_id: str, *, attempts: int
    ) -> None:
        now = self._clock()
        execute(
            "INSERT INTO task_wal (task_id, job_id, actor, run, retry, state, attempt_id, owner, envelope, first_ms,"
            " started_ms, attempts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (task_id) DO UPDATE SET state = excluded.state, attempt_id = excluded.attempt_id,"
            " owner = excluded.owner, retry = excluded.retry, envelope = excluded.envelope,"
            " started_ms = excluded.started_ms, attempts = attempts + excluded.attempts, alone = 0",
            (
                envelope.task_id,
                envelope.command.job_id,
                envelope.actor,
                envelope.run,
                envelope.retry,
                state,
                attempt_id,
                self._boot_id,
                to_text(envelope),
                now,
                now,
                attempts,
            ),
        )

    def _tell(self, execute: Execute, event: TaskEvent) -> tuple[OutboxRow, ...]:
        """Record that an attempt began or ended, and keep the event for whoever listens; returns as ``_add``."""
        self.told.append(event)
        return self._add(execute, [event], at_ms=event.at_ms)

    def _enqueued(self, envelope: Envelope, *, origin: str, at_ms: int) -> list[Entry]:
        """A command and, before it, the event that tells it."""
        delay_ms = max(0, envelope.not_before_ms - at_ms)
        return [enqueued_event(envelope, self._node, origin, at_ms=at_ms), NewCommand(envelope, origin, delay_ms)]

    def _add(self, execute: Execute, entries: Sequence[Entry], *, at_ms: int) -> tuple[OutboxRow, ...]:
        return outbox_rows.add(execute, self._boot_id, entries, at_ms=at_ms)


def _marked(child: Envelope, *, possible_duplicate: bool) -> Envelope:
    return (
        child
        if child.possible_duplicate == possible_duplicate
        else replace(child, possible_duplicate=possible_duplicate)
    )


def task_row(state: str, retry: int, attempt_id: str, owner: str, suspect: int, deaths_alone: int) -> TaskRow:
    """Convert the columns of ``TASK_STATE`` to a value."""
    return TaskRow(
        state=TaskState(state),
        retry=retry,
        attempt_id=attempt_id,
        owner=owner,
        suspect=suspect,
        isolated_crashes=deaths_alone,
    )
