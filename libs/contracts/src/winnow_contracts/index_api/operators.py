"""How the journals stand and what is amiss, over all tenants."""

from dataclasses import dataclass
from typing import ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSummaryView:
    """One journal as index knows it; moments are RFC 3339 in UTC, ``lost_at`` None while it stands."""

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
    """Something amiss with ``what`` (a job, task or journal). ``count``: how many attempts, None where none count."""

    kind: str
    what: str
    detail: str
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AllFindings:
    """What a person should look at."""

    items: tuple[DiagnosticFinding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OddAttempts:
    """How many attempts ended in these ways."""

    superseded: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListJournals(IndexRequest[Journals]):
    """All journals."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/journals")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFindings(IndexRequest[AllFindings]):
    """Everything amiss; an open job is stuck after ``stuck_seconds`` without news."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/findings")

    stuck_seconds: int = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class CountOddAttempts(IndexRequest[OddAttempts]):
    """All of them, where findings name some."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/findings/attempts")


REQUESTS = (ListJournals, ListFindings, CountOddAttempts)
