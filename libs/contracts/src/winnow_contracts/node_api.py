"""Requests to one node about its own journal, which its health port answers. They need no other part to work."""

from dataclasses import dataclass
from typing import Any, ClassVar

from winnow_contracts.internal_api import HttpRoute, InternalRequest

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSummary:
    """Counts of what a journal holds. Ages are in milliseconds, 0 if there is nothing; sizes are in bytes.

    ``service`` and ``node`` are those of the node that answers. Of a file they come from the journal's rows, and are
    empty if it has none. ``living`` counts the processes that own the journal. ``unconfirmed`` counts commands that the
    broker has not confirmed; ``kept`` counts confirmed commands of jobs not known to have ended; ``unapplied`` counts
    events that index has not stored; ``suspects`` counts tasks whose process died while they ran. ``handover_error``
    says why events could not be handed over to index last; it is empty if index has answered since.
    """

    folder: str
    journal_id: str
    service: str
    node: str
    living: int
    tasks: dict[str, int]
    unconfirmed: int
    oldest_unconfirmed_ms: int
    kept: int
    unapplied: int
    oldest_unapplied_ms: int
    applied_seq: int
    last_seq: int
    suspects: int
    database_bytes: int
    wal_bytes: int
    handover_error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A hand-over of events to index: up to which number they were sent, and what came of it, at ``at_ms`` (Unix).

    ``applied_seq`` is the number up to which index said that it stored them; None where it failed, and ``error`` says
    why.
    """

    at_ms: int
    sent_seq: int
    applied_seq: int | None
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecords:
    """Every row of one job in one journal, by column; ``body``, ``envelope`` and ``error`` are parsed JSON.

    ``tasks`` are the tasks the node accepted, ``steps`` the finished steps, ``commands`` those that the node sends or
    has sent, ``events`` those for index, sent or not, ``retries`` the requested retries. A task row has one more field,
    ``alive``: whether the process that last ran the task is alive.
    """

    tasks: tuple[Row, ...] = ()
    steps: tuple[Row, ...] = ()
    commands: tuple[Row, ...] = ()
    events: tuple[Row, ...] = ()
    retries: tuple[Row, ...] = ()

    @property
    def known(self) -> bool:
        """Whether the journal has anything of the job."""
        return bool(self.tasks or self.steps or self.commands or self.events)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeJob:
    """What the journal of ``node`` has of one job; without rows if it has nothing."""

    service: str
    node: str
    journal_id: str
    records: JobRecords


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadJournalSummary(InternalRequest[JournalSummary]):
    """Request the counts of the node's journal. Refused with ``unavailable`` if it cannot be read."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/journal/summary")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadJournalJob(InternalRequest[NodeJob]):
    """Request the rows of a job, also of one that the journal does not know. Refused with ``unavailable``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/journal/jobs/{job_id}")

    job_id: str
