"""Keeps accepted jobs in memory, for tests of the gateway."""

from collections.abc import Sequence

from winnow_chassis.outbox.submission import AcceptedJob
from winnow_contracts.commands import Command
from winnow_contracts.errors import RateLimited
from winnow_contracts.events import JobAccepted


class MemorySubmissions:
    """Accepts jobs into a dictionary.

    Tests read ``jobs``, ``sent`` and ``possible_duplicates``, and name lanes that are ``full``.
    """

    def __init__(self) -> None:
        self.jobs: dict[str, AcceptedJob] = {}
        self.sent: list[tuple[Command, int]] = []
        self.possible_duplicates: list[str] = []
        """The jobs that another gateway may have accepted."""
        self.full: dict[str, float] = {}
        """The seconds after which a full lane may be asked again."""

    def refuse_if_full(self, lane: str) -> None:
        """Raise RateLimited for a lane of ``full``."""
        if lane in self.full:
            raise RateLimited("The lane is full.", retry_after_seconds=self.full[lane])

    def accept(self, command: Command, accepted: JobAccepted, *, possible_duplicate: bool = False) -> None:
        """Keep the job. One that was accepted before stays as it was."""
        if possible_duplicate and command.job_id not in self.jobs:
            self.possible_duplicates.append(command.job_id)
        self.jobs.setdefault(command.job_id, AcceptedJob(command=command, accepted=accepted))

    def accept_all(self, jobs: Sequence[AcceptedJob], *, possible_duplicate: bool = False) -> None:
        """Keep the jobs."""
        for job in jobs:
            self.accept(job.command, job.accepted, possible_duplicate=possible_duplicate)

    def send(self, command: Command, run: int = 1) -> None:
        """Keep the command. One that was sent before stays as it was."""
        if (command, run) not in self.sent:
            self.sent.append((command, run))

    def find(self, job_id: str) -> AcceptedJob | None:
        """The job as it was accepted, or None."""
        return self.jobs.get(job_id)

    def recent(self, tenant_id: str, limit: int) -> list[AcceptedJob]:
        """The tenant's jobs accepted here, newest first."""
        mine = [job for job in self.jobs.values() if job.command.tenant_id == tenant_id]
        return sorted(mine, key=lambda job: job.accepted.created_ms, reverse=True)[:limit]
