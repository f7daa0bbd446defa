"""Keeps a journal in memory, for tests; it passes the same suite as the SQLite journal."""

import threading
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from winnow_contracts.commands import Command
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.events import EventKind, JobAccepted, SequencedEvent, TaskEvent
from winnow_contracts.identity import new_attempt_id
from winnow_contracts.job_options import Track
from winnow_contracts.states import UNSPENT, TaskState, check_move
from winnow_journal.codec import convert, decode, encode, from_text, to_text
from winnow_journal.decision import SkipReason, decide, runs_alone
from winnow_journal.event_factory import (
    CANCELLED_UNRUN,
    ENDED_ON_OTHER_NODE,
    ENDINGS,
    GATING,
    POISONED,
    accepted_event,
    end_event,
    enqueued_event,
    new_event,
    released_event,
    superseded_event,
    told_command,
)
from winnow_journal.stages import stage_key
from winnow_journal.task import Task
from winnow_journal.values import (
    MOST_EVENT_BYTES,
    AttemptResult,
    Claim,
    Clock,
    DeliveryContext,
    Flag,
    OutboxRow,
    Run,
    Skip,
    StartReason,
    TaskRow,
)


@dataclass
class _Row:
    """One row of the outbox; ``event`` is None for a command."""

    outgoing: OutboxRow
    origin: str
    event: TaskEvent | None
    due_ms: int = 0
    """When a command enters its lane."""
    confirmed: bool = False


class MemoryJournal:
    """A journal in dictionaries; see ``protocol.Journal``. ``reboot`` simulates the death of its process."""

    def __init__(self, node: str = "test", *, clock: Clock = now_ms) -> None:
        self.node = node
        self._clock = clock
        self.journal_id = uuid.uuid4().hex
        self.boot_id = uuid.uuid4().hex
        self._lock = threading.RLock()
        self._tasks: dict[str, TaskRow] = {}
        self._envelopes: dict[str, Envelope] = {}
        self._steps: dict[tuple[str, str, str, str], str] = {}
        self._rows: list[_Row] = []
        self._flags: dict[str, str] = {}
        self._alone: set[str] = set()
        self._sent: set[str] = set()
        """Tasks whose commands began work and were removed."""
        self._seq = 0
        self._heard: Callable[[TaskEvent], None] = _nobody
        self.failures: list[tuple[int, str]] = []
        """The hand-overs that failed: up to which number, and why."""

    def listen(self, heard: Callable[[TaskEvent], None]) -> None:
        """Call ``heard`` with every beginning and end of an attempt from now on."""
        self._heard = heard

    @property
    def events(self) -> list[TaskEvent]:
        """Every event so far, for tests."""
        return [row.event for row in self._rows if row.event is not None]

    def reboot(self) -> None:
        """Do what a new process does after the last one died: release its running tasks as suspects."""
        with self._lock:
            self.boot_id = uuid.uuid4().hex
            for task_id, row in self._tasks.items():
                if row.state is TaskState.RUNNING:
                    alone = row.attempt_id in self._alone
                    self._tasks[task_id] = replace(
                        row,
                        state=TaskState.PENDING,
                        suspect=row.suspect + 1,
                        isolated_crashes=row.isolated_crashes + alone,
                    )
                    self._add_event(
                        released_event(
                            self._envelopes[task_id], self.node, row.attempt_id, alone=alone, at_ms=self._clock()
                        )
                    )
            self._alone.clear()

    def task_state(self, task_id: str) -> TaskRow | None:
        """The task's row in this journal, or None."""
        return self._tasks.get(task_id)

    def claim(self, envelope: Envelope, context: DeliveryContext) -> Claim:
        """Decide whether to run a delivered message's task. If it is to run, its row is ``running`` afterwards."""
        with self._lock:
            row = self._tasks.get(envelope.task_id)
            verdict = decide(row, envelope, context)
            match verdict:
                case SkipReason.FINISHED | SkipReason.STALE:
                    return Skip(cause=verdict.value, awaiting=self._unconfirmed_of(envelope.task_id))
                case SkipReason.HANDLED_BY_OTHER_NODE if row is None or not context.history.ended:
                    return Skip(cause=verdict.value, awaiting=())
                case SkipReason.HANDLED_BY_OTHER_NODE:
                    return self._end_unrun(envelope, row, ENDED_ON_OTHER_NODE)
                case SkipReason.CANCELLED:
                    return self._end_unrun(envelope, row, CANCELLED_UNRUN)
                case SkipReason.POISON:
                    return self._end_unrun(envelope, row, POISONED)
                case _:
                    return self._begin(envelope, row, verdict, alone=runs_alone(row, envelope, context))

    def mark_isolated(self, task_id: str, attempt_id: str) -> None:
        """Record that only this attempt runs in the process from now on."""
        self._alone.add(attempt_id)

    def find_step(self, envelope: Envelope, name: str, input_hash: str) -> str | None:
        """The recorded result of a finished step, or None."""
        return self._steps.get((*stage_key(envelope), name, input_hash))

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
        with self._lock:
            self._steps.setdefault((*stage_key(envelope), name, input_hash), result)
            self._alone.discard(attempt_id)
            if event is not None:
                self._add_event(event)

    def finish(self, envelope: Envelope, attempt_id: str, ending: AttemptResult) -> tuple[OutboxRow, ...]:
        """End an attempt; returns the rows that hold the ack back."""
        with self._lock:
            check_move(TaskState.RUNNING, ending.state)
            task_id, row = envelope.task_id, self._tasks.get(envelope.task_id)
            if row is None or row.attempt_id != attempt_id or row.state is not TaskState.RUNNING:
                self._tell(superseded_event(envelope, ending, self.node, attempt_id, at_ms=self._clock()))
                return ()
            retry = envelope.retry + (ending.state is TaskState.RETRY_WAIT)
            self._tasks[task_id] = replace(row, state=ending.state, retry=retry, suspect=0)
            self._alone.discard(attempt_id)
            children = [replace(child, possible_duplicate=ending.possible_duplicate) for child in ending.children]
            gate = [self._add_command(child, task_id) for child in children]
            copy = None
            if ending.state is TaskState.RETRY_WAIT:
                not_before_ms = self._clock() + ending.delay_ms
                copy = envelope.retried(
                    retry=retry,
                    not_before_ms=not_before_ms,
                    attempt_id=attempt_id,
                    possible_duplicate=ending.possible_duplicate,
                    turn_ms=ending.turn_ms,
                    deferred=ending.outcome in UNSPENT,
                    alone=ending.alone,
                )
            event = end_event(envelope, ending, self.node, attempt_id, copy=copy, at_ms=self._clock())
            seq = self._tell(event)
            gate += [OutboxRow(seq=seq)] if event.kind in GATING else []
            if copy is not None:
                gate.append(self._write_command(copy, task_id, ending.delay_ms))
            return tuple(gate)

    def accept(self, envelope: Envelope, accepted: JobAccepted) -> tuple[OutboxRow, ...]:
        """Record an accepted job. A job accepted before changes nothing."""
        return self._take_in(envelope, accepted)

    def accept_all(self, taken: Sequence[tuple[Envelope, JobAccepted | None]]) -> tuple[OutboxRow, ...]:
        """Record commands: all of them or none."""
        return tuple(row for one in taken for row in self._take_in(*one))

    def submit(self, envelope: Envelope) -> tuple[OutboxRow, ...]:
        """Record a command that does not begin a job."""
        return self._take_in(envelope, None)

    def accepted(self, job_id: str) -> tuple[Command, JobAccepted] | None:
        """The job as it was accepted here, or None."""
        return next((job for job in self._accepted_jobs() if job[0].job_id == job_id), None)

    def recently_accepted(self, tenant_id: str, limit: int) -> list[tuple[Command, JobAccepted]]:
        """The tenant's jobs accepted here, newest first."""
        return [job for job in reversed(self._accepted_jobs()) if job[0].tenant_id == tenant_id][:limit]

    def unconfirmed(self, limit: int, *, closed: Collection[str] = ()) -> list[OutboxRow]:
        """Commands of this process that the broker has not confirmed, oldest first; none for a lane of ``closed``."""
        with self._lock:
            waiting = [row for row in self._rows if row.event is None and not row.confirmed]
            return [row.outgoing for row in waiting if not self._enters(row, closed)][:limit]

    def count_unconfirmed(self) -> int:
        """How many commands the broker has not confirmed."""
        return len(self.unconfirmed(len(self._rows)))

    def confirm(self, rows: Sequence[OutboxRow]) -> None:
        """Record that the broker holds these rows. Rows reopened since they were read stay unconfirmed."""
        held = {(row.seq, row.generation) for row in rows}
        with self._lock:
            for row in self._rows:
                row.confirmed = row.confirmed or (row.outgoing.seq, row.outgoing.generation) in held

    def events_after(self, seq: int, limit: int, *, most_bytes: int = MOST_EVENT_BYTES) -> list[SequencedEvent]:
        """Events with a number above ``seq``, at most ``limit``, in order."""
        with self._lock:
            later = [row for row in self._rows if row.event is not None and row.outgoing.seq > seq]
            sizes = accumulate(len(encode(row.event)) for row in later[:limit])
            fit = sum(1 for place, size in enumerate(sizes) if place == 0 or size <= most_bytes)
            return [SequencedEvent(seq=row.outgoing.seq, event=row.event) for row in later[:fit] if row.event]

    @property
    def applied_seq(self) -> int:
        """The highest number up to which index has stored every event."""
        return int(self._flags.get(Flag.APPLIED_SEQ, "0"))

    def applied(self, sent_seq: int, applied_seq: int, *, keeps_commands: bool = False) -> None:
        """Record index's answer: every event up to ``applied_seq`` is stored."""
        self._flags[Flag.APPLIED_SEQ] = str(applied_seq)
        if keeps_commands:
            self._flags[Flag.KEPT_SEQ] = str(applied_seq)

    def not_applied(self, sent_seq: int, error: str) -> None:
        """Record that a hand-over failed, in ``failures``."""
        self.failures.append((sent_seq, error))

    @property
    def kept_seq(self) -> int:
        """The highest number up to which index keeps the command that each event told it."""
        return int(self._flags.get(Flag.KEPT_SEQ, "0"))

    def prune_kept(self, kept_seq: int) -> int:
        """Remove the commands told by events up to ``kept_seq`` that the broker holds too; returns how many."""
        with self._lock:
            return self._prune(lambda row: row.outgoing.seq <= kept_seq + 1)

    def jobs_with_kept_commands(self, limit: int) -> list[str]:
        """Jobs whose confirmed commands are still kept, oldest first."""
        with self._lock:
            kept = [self._job_of(row) for row in self._rows if row.event is None and row.confirmed]
            return list(dict.fromkeys(kept))[:limit]

    def prune_ended(self, ended: Mapping[str, int]) -> None:
        """Mark the commands of ended jobs as no longer needed.

        ``ended`` maps a job id to the run in which it ended; commands of later runs stay.
        """
        with self._lock:
            self._prune(lambda row: self._is_over(row, ended))

    def reopen_all(self, ended: Mapping[str, int]) -> int:
        """Mark every kept command of a job not in ``ended`` as unconfirmed, after the broker lost its data.

        Returns how many.
        """
        with self._lock:
            self.prune_ended(ended)
            return self._open_again([row for row in self._rows if row.event is None])

    def reopen_job(self, job_id: str) -> int:
        """Mark every kept command of this job as unconfirmed; returns how many."""
        with self._lock:
            kept = [row for row in self._rows if row.event is None and row.confirmed]
            return self._open_again([row for row in kept if self._job_of(row) == job_id])

    def flag(self, name: str) -> str:
        """The journal's own stored value of this name, or an empty string."""
        return self._flags.get(name, "")

    def set_flag(self, name: str, value: str) -> None:
        """Store a value of the journal itself."""
        self._flags[name] = value

    def _take_in(self, envelope: Envelope, accepted: JobAccepted | None) -> tuple[OutboxRow, ...]:
        with self._lock:
            known = [row for row in self._rows if not row.event and self._task_of(row) == envelope.task_id]
            if known:
                return tuple(replace(row.outgoing, possible_duplicate=True) for row in known if not row.confirmed)
            if envelope.task_id in self._sent:
                return ()
            if accepted is not None:
                self._add_event(accepted_event(envelope, accepted, self.node, at_ms=self._clock()))
            return (self._add_command(envelope, ""),)

    def _end_unrun(self, envelope: Envelope, row: TaskRow | None, ending: AttemptResult) -> Skip:
        check_move(row.state if row else TaskState.PENDING, ending.state)
        self._write_row(envelope, row, ending.state, row.attempt_id if row else "")
        seq = self._tell(end_event(envelope, ending, self.node, "", at_ms=self._clock()))
        gate = (OutboxRow(seq=seq),) if ENDINGS[ending.state] in GATING else ()
        return Skip(cause=ending.outcome.value, awaiting=gate)

    def _begin(self, envelope: Envelope, row: TaskRow | None, why: StartReason, *, alone: bool) -> Run:
        check_move(row.state if row else TaskState.PENDING, TaskState.RUNNING)
        attempt_id = new_attempt_id()
        self._write_row(envelope, row, TaskState.RUNNING, attempt_id)
        if envelope.track is Track.FULL:
            self._tell(
                new_event(
                    EventKind.STARTED, envelope, self.node, attempt_id, at_ms=self._clock(), why=why.value, alone=alone
                )
            )
        return Run(attempt_id=attempt_id, why=why, alone=alone)

    def _write_row(self, envelope: Envelope, row: TaskRow | None, state: TaskState, attempt_id: str) -> None:
        self._tasks[envelope.task_id] = TaskRow(
            state=state,
            retry=envelope.retry,
            attempt_id=attempt_id,
            owner=self.boot_id,
            suspect=row.suspect if row else 0,
            isolated_crashes=row.isolated_crashes if row else 0,
        )
        self._envelopes[envelope.task_id] = envelope

    def _tell(self, event: TaskEvent) -> int:
        seq = self._add_event(event)
        self._heard(event)
        return seq

    def _add_event(self, event: TaskEvent) -> int:
        self._seq += 1
        told = decode(TaskEvent, encode(event))
        self._rows.append(_Row(OutboxRow(seq=self._seq), event.task_id, told, confirmed=event.kind not in GATING))
        return self._seq

    def _add_command(self, envelope: Envelope, origin: str) -> OutboxRow:
        self._add_event(enqueued_event(envelope, self.node, origin, at_ms=self._clock()))
        return self._write_command(envelope, origin, max(0, envelope.not_before_ms - self._clock()))

    def _write_command(self, envelope: Envelope, origin: str, delay_ms: int) -> OutboxRow:
        self._seq += 1
        outgoing = OutboxRow(seq=self._seq, envelope=from_text(to_text(envelope)), delay_ms=delay_ms)
        self._rows.append(_Row(outgoing, origin, None, self._clock() + delay_ms))
        return outgoing

    def _prune(self, which: Callable[[_Row], bool]) -> int:
        pruned = [row for row in self._rows if row.event is None and row.confirmed and which(row)]
        self._sent |= {self._task_of(row) for row in pruned if not row.origin}
        gone = set(map(id, pruned))
        self._rows = [row for row in self._rows if id(row) not in gone]
        return len(pruned)

    def _open_again(self, rows: list[_Row]) -> int:
        for row in rows:
            row.confirmed = False
            row.outgoing = replace(row.outgoing, possible_duplicate=True, generation=row.outgoing.generation + 1)
        return len(rows)

    def _unconfirmed_of(self, task_id: str) -> tuple[OutboxRow, ...]:
        mine = [row for row in self._rows if row.origin == task_id and not row.confirmed]
        return tuple(
            replace(row.outgoing, possible_duplicate=True)
            for row in mine
            if row.event is None or row.event.kind in GATING
        )

    def _accepted_jobs(self) -> list[tuple[Command, JobAccepted]]:
        with self._lock:
            told = {event.task_id: event for event in self.events if event.kind is EventKind.ENQUEUED}
            return [
                (told_command(told[event.task_id]).command, convert(JobAccepted, event.detail))
                for event in self.events
                if event.kind is EventKind.ACCEPTED
            ]

    def _enters(self, row: _Row, lanes: Collection[str]) -> bool:
        is_due = not row.outgoing.delay_ms or row.due_ms <= self._clock()
        return is_due and self._envelope_of(row).queue in lanes

    def _task_of(self, row: _Row) -> str:
        return self._envelope_of(row).task_id

    def _is_over(self, row: _Row, ended: Mapping[str, int]) -> bool:
        return self._envelope_of(row).run <= ended.get(self._job_of(row), 0)

    def _job_of(self, row: _Row) -> str:
        return self._envelope_of(row).command.job_id

    def _envelope_of(self, row: _Row) -> Envelope:
        assert row.outgoing.envelope is not None
        return row.outgoing.envelope


def _nobody(event: TaskEvent) -> None:
    """Hears events where nobody listens. A named function, so that a journal can be pickled."""


def memory_task(
    command: Command, *, attempt_id: str = "attempt-1", run: int = 1, journal: MemoryJournal | None = None
) -> Task:
    """A task for a test of its actor. Pass the same journal again to test that finished steps are reused."""
    kept = journal or MemoryJournal()
    return Task(Envelope(command=command, run=run, created_ms=now_ms()), attempt_id, kept, node="test")
