"""Submission: how the gateway takes in a job, which is in two places before anyone is told 202."""

from dataclasses import dataclass
from typing import Protocol

from winnow_contracts.commands import Command
from winnow_contracts.events import JobAccepted


@dataclass(frozen=True, kw_only=True)
class AcceptedJob:
    """A job as the gateway accepted it."""

    command: Command
    accepted: JobAccepted


class Submissions(Protocol):
    """Takes jobs in. Its journaled form is ``JournalSubmissions``; its in-memory twin ``MemorySubmissions``."""

    def accept(self, command: Command, accepted: JobAccepted) -> None:
        """Return when the job is in the journal and a second place: confirmed by the broker, or copied to the store.

        Accepting the same job again changes nothing. Raises Unavailable when neither second place can be had.
        """

    def send(self, command: Command, run: int = 1) -> None:
        """As ``accept``, for a command that begins no job, such as a replay."""

    def find(self, job_id: str) -> AcceptedJob | None:
        """The job as it was accepted here, or None."""

    def recent(self, tenant_id: str, limit: int) -> list[AcceptedJob]:
        """The tenant's jobs accepted here, newest first."""
