"""Operators' requests, over all tenants: the state of the journals, and what is wrong."""

from dataclasses import dataclass
from typing import Any, ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSummaryView:
    """One journal as index knows it. Times are RFC 3339 in UTC; ``lost_at`` is None unless the journal is lost."""

    journal_id: str
    service: str
    node: str
    applied_seq: int
    seen_at: str | None
    lost_at: str | None
    unknown_attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Journals:
    """Every journal that ever shipped events."""

    items: tuple[JournalSummaryView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosticFinding:
    """A fault of ``what`` (a job, task or journal).

    ``count`` is a number of attempts, None if attempts do not matter.
    """

    kind: str
    what: str
    detail: str
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllFindings:
    """Every fault that a person should look at."""

    items: tuple[DiagnosticFinding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OddAttempts:
    """The number of attempts with each unusual end."""

    superseded: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSetAside:
    """An event that PostgreSQL can never store, and that its journal's history lacks; ``error`` says why.

    ``seq`` is its number in the journal, ``event`` what it tells as JSON, without secrets. ``service`` and ``node`` are
    empty if index knows nothing else of the journal.
    """

    journal_id: str
    service: str
    node: str
    seq: int
    set_aside_at: str
    error: str
    event: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsSetAside:
    """Events set aside, the latest first; ``more``: there are further ones."""

    items: tuple[EventSetAside, ...]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEventsSetAside(IndexRequest[EventsSetAside]):
    """Request the latest events set aside, 100 at most. Refused with ``invalid-field``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/journals/set-aside")

    limit: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ListJournals(IndexRequest[Journals]):
    """Request all journals."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/journals")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFindings(IndexRequest[AllFindings]):
    """Request every fault. An open job counts as stuck after ``stuck_seconds`` without an event."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/findings")

    stuck_seconds: int = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class CountOddAttempts(IndexRequest[OddAttempts]):
    """Request the total numbers, because findings name only some."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/findings/attempts")


REQUESTS = (ListJournals, ListEventsSetAside, ListFindings, CountOddAttempts)
