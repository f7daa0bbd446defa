"""Submission: how the gateway accepts a job. The job is in two places before the caller gets 202."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from winnow_contracts.commands import Command
from winnow_contracts.events import JobAccepted

MOST_UNCONFIRMED = 10_000
"""How many commands may wait for the broker before no more jobs are accepted, unless a setting says otherwise."""


@dataclass(frozen=True, kw_only=True)
class AcceptedJob:
    """A job as the gateway accepted it."""

    command: Command
    accepted: JobAccepted


class Submissions(Protocol):
    """Accepts jobs. ``JournalSubmissions`` keeps them in a journal, ``MemorySubmissions`` in memory, for tests.

    Example::

        submissions.refuse_if_full(command.QUEUE)  # raises RateLimited, before anything is read or stored
        submissions.accept(command, accepted)  # raises Unavailable unless the job is in two places
        submissions.find(command.job_id)  # the AcceptedJob
    """

    def refuse_if_full(self, lane: str) -> None:
        """Raise RateLimited while a job could not be passed on: its first lane is full, or too many wait already.

        ``accept`` does not ask: what was read by then is kept.
        """

    def accept(self, command: Command, accepted: JobAccepted, *, possible_duplicate: bool = False) -> None:
        """Accept a job, durably.

        Returns once the job is in the journal and in a second place: the broker, by its confirm, or the object store.
        Accepting the same job again changes nothing. ``possible_duplicate``: another gateway may have accepted it, so
        that index is asked before it runs. Raises Unavailable if the journal cannot be used, or if neither
        second place is available.
        """

    def accept_all(self, jobs: Sequence[AcceptedJob], *, possible_duplicate: bool = False) -> None:
        """Accept jobs, durably, all of them or none, in one transaction and with one wait for the second place.

        Otherwise as ``accept``.
        """

    def send(self, command: Command, run: int = 1) -> None:
        """Accept a command that begins no job, such as a replay, as ``accept`` does.

        ``run`` is the command's run of its job.
        """

    def find(self, job_id: str) -> AcceptedJob | None:
        """The job as it was accepted here, or None."""

    def recent(self, tenant_id: str, limit: int) -> list[AcceptedJob]:
        """The tenant's jobs accepted here, newest first."""
