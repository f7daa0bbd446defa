"""Defines what every journal does, however it keeps its rows. SqliteJournal and MemoryJournal pass the same suite."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from winnow_contracts.commands import Command
from winnow_contracts.envelope import Envelope
from winnow_contracts.events import JobAccepted, SequencedEvent, TaskEvent
from winnow_journal.values import MOST_EVENT_BYTES, AttemptResult, Claim, DeliveryContext, OutboxRow, TaskRow


class Journal(Protocol):
    """A node's record of tasks, steps and outgoing messages.

    Every method raises JournalUnusable when the file fails.
    """

    journal_id: str
    node: str

    def listen(self, heard: Callable[[TaskEvent], None]) -> None:
        """Call ``heard`` with every beginning and end of an attempt from now on, once it is written."""

    def task_state(self, task_id: str) -> TaskRow | None:
        """The task's row in this journal, or None."""

    def claim(self, envelope: Envelope, context: DeliveryContext) -> Claim:
        """Decide whether to run a delivered message's task. If it is to run, its row is ``running`` afterwards."""

    def mark_isolated(self, task_id: str, attempt_id: str) -> None:
        """Record that only this attempt runs in the process from now on. A crash then counts against this task."""

    def find_step(self, envelope: Envelope, name: str, input_hash: str) -> str | None:
        """The recorded result (JSON text) of a finished step, or None."""

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

    def finish(self, envelope: Envelope, attempt_id: str, ending: AttemptResult) -> tuple[OutboxRow, ...]:
        """End an attempt, durably, in one transaction with its outbox rows; returns the rows that hold the ack back.

        An attempt that no longer owns the task changes nothing; it is only recorded as superseded.
        """

    def accept(self, envelope: Envelope, accepted: JobAccepted) -> tuple[OutboxRow, ...]:
        """Record an accepted job, durably; returns the rows to publish. A job accepted before changes nothing."""

    def accept_all(self, taken: Sequence[tuple[Envelope, JobAccepted | None]]) -> tuple[OutboxRow, ...]:
        """Record commands in one transaction: all of them or none. Each as by ``accept``, or ``submit`` where None."""

    def submit(self, envelope: Envelope) -> tuple[OutboxRow, ...]:
        """Record a command that does not begin a job, durably; otherwise as ``accept``."""

    def accepted(self, job_id: str) -> tuple[Command, JobAccepted] | None:
        """The job as it was accepted here, or None if the journal no longer keeps it."""

    def recently_accepted(self, tenant_id: str, limit: int) -> list[tuple[Command, JobAccepted]]:
        """The tenant's jobs accepted here, newest first, while the journal still keeps them."""

    def unconfirmed(self, limit: int, *, closed: Collection[str] = ()) -> list[OutboxRow]:
        """Commands of this process that the broker has not confirmed, oldest first.

        None that would enter a lane of ``closed`` now; a delayed one still has its delay before it.
        """

    def count_unconfirmed(self) -> int:
        """How many commands the broker has not confirmed, of all processes that share the journal."""

    def confirm(self, rows: Sequence[OutboxRow]) -> None:
        """Record that the broker holds these rows. Rows reopened since they were read stay unconfirmed."""

    def events_after(self, seq: int, limit: int, *, most_bytes: int = MOST_EVENT_BYTES) -> list[SequencedEvent]:
        """Events with a number above ``seq``, at most ``limit`` and ``most_bytes`` of JSON, in order; one at least."""

    @property
    def applied_seq(self) -> int:
        """The highest number up to which index has stored every event."""

    def applied(self, sent_seq: int, applied_seq: int, *, keeps_commands: bool = False) -> None:
        """Record index's answer: every event up to ``applied_seq`` is stored, and the commands are kept, if so."""

    def not_applied(self, sent_seq: int, error: str) -> None:
        """Record that events up to ``sent_seq`` could not be handed over to index, and why, for people to read."""

    @property
    def kept_seq(self) -> int:
        """The highest number up to which index keeps the command that each event told it."""

    def prune_kept(self, kept_seq: int) -> int:
        """Remove the commands told by events up to ``kept_seq`` that the broker holds too; returns how many.

        Their tasks are remembered. Call it only if the broker was seen to have its data after that ``kept_seq`` was
        read: index publishes again what it kept up to the moment that it noticed a loss.
        """

    def jobs_with_kept_commands(self, limit: int) -> list[str]:
        """Jobs whose confirmed commands are still kept, oldest first."""

    def prune_ended(self, ended: Mapping[str, int]) -> None:
        """Mark the commands of ended jobs as no longer needed.

        ``ended`` maps a job id to the run in which it ended; commands of later runs stay.
        """

    def reopen_all(self, ended: Mapping[str, int]) -> int:
        """Mark every kept command of a job not in ``ended`` as unconfirmed, after the broker lost its data.

        Returns how many.
        """

    def reopen_job(self, job_id: str) -> int:
        """Mark every kept command of this job as unconfirmed; returns how many."""

    def flag(self, name: str) -> str:
        """The journal's own stored value of this name, or an empty string."""

    def set_flag(self, name: str, value: str) -> None:
        """Store a value of the journal itself, durably."""
