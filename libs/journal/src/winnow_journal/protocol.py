"""What a journal is, whichever way it keeps its rows. SqliteJournal and MemoryJournal pass the same suite."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from winnow_contracts.commands import Command
from winnow_contracts.envelope import Envelope
from winnow_contracts.events import JobAccepted, SequencedEvent, TaskEvent
from winnow_journal.values import AttemptResult, Claim, DeliveryContext, OutboxRow, TaskRow


class Journal(Protocol):
    """A node's memory of tasks, steps and outgoing messages. Every call raises JournalUnusable when its file fails."""

    journal_id: str
    node: str

    def task_state(self, task_id: str) -> TaskRow | None:
        """Where the task stands here, or None."""

    def claim(self, envelope: Envelope, context: DeliveryContext) -> Claim:
        """Decide what a delivered message means; where it means a run, the row says ``running`` afterwards."""

    def mark_isolated(self, task_id: str, attempt_id: str) -> None:
        """From now on nothing but this attempt runs in the process: its death would be this task's doing."""

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
        event: TaskEvent,
    ) -> None:
        """Keep a finished step and its event."""

    def finish(self, envelope: Envelope, attempt_id: str, ending: AttemptResult) -> tuple[OutboxRow, ...]:
        """End an attempt, durably, in one transaction with its outbox rows; returns the rows that hold the ack back.

        An attempt that no longer owns the task changes nothing but is told of as superseded.
        """

    def accept(self, envelope: Envelope, accepted: JobAccepted) -> tuple[OutboxRow, ...]:
        """Take a job in, durably; returns the rows to publish. One taken in before changes nothing."""

    def submit(self, envelope: Envelope) -> tuple[OutboxRow, ...]:
        """Take in a command that begins no job, durably; otherwise as ``accept``."""

    def accepted(self, job_id: str) -> tuple[Command, JobAccepted] | None:
        """The job as it was taken in here, while the journal still keeps it."""

    def recently_accepted(self, tenant_id: str, limit: int) -> list[tuple[Command, JobAccepted]]:
        """Jobs of the tenant taken in here, newest first, while the journal still keeps them."""

    def unconfirmed(self, limit: int) -> list[OutboxRow]:
        """Commands of this process that the broker has not confirmed, oldest first."""

    def confirm(self, rows: Sequence[OutboxRow]) -> None:
        """The broker holds these rows; those that were opened again since they were read stay unconfirmed."""

    def events_after(self, seq: int, limit: int) -> list[SequencedEvent]:
        """Events with a higher number, in order."""

    @property
    def applied_seq(self) -> int:
        """Index has stored every event up to here."""

    def applied(self, sent_seq: int, applied_seq: int) -> None:
        """Index answered: everything up to ``applied_seq`` is stored."""

    def jobs_with_kept_commands(self, limit: int) -> list[str]:
        """Jobs whose confirmed commands are still kept, oldest first."""

    def prune_ended(self, ended: Mapping[str, int]) -> None:
        """These jobs have ended in these runs: their commands up to those need not be kept."""

    def reopen_all(self, ended: Mapping[str, int]) -> int:
        """The broker lost its data: kept commands of jobs not ``ended`` are unconfirmed again; returns how many."""

    def reopen_job(self, job_id: str) -> int:
        """Every kept command of this job is unconfirmed again; returns how many."""

    def flag(self, name: str) -> str:
        """A remembered value of the journal itself, empty where there is none."""

    def set_flag(self, name: str, value: str) -> None:
        """Remember a value, durably."""
