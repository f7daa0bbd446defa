"""Operators' requests for weekly reports: what was done, what failed, and what it cost, over all tenants."""

from dataclasses import dataclass
from typing import ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class JobsOfWeek:
    """Jobs of one kind (``recording``, ``photo``, ``drill``) that ended in one way."""

    kind: str
    status: str
    jobs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FailuresOfWeek:
    """Tasks of one actor that failed for good from one cause, a code of ``problems.PROBLEMS``."""

    actor: str
    cause: str
    tasks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOfWeek:
    """Attempts of one actor that ended, and how long they ran together, in seconds."""

    actor: str
    attempts: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AiUseOfWeek:
    """Calls of one model for one purpose, and what the cache answered instead.

    ``cost_usd`` is None if no price is known. ``saved_usd`` counts cached answers at the mean cost of the week's paid
    calls of the same model and purpose; None if there was none with a price.
    """

    model: str
    use: str
    calls: int
    tokens_in: int
    tokens_out: int
    cost_usd: float | None
    cached: int
    saved_tokens: int
    saved_usd: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekFigures:
    """All that is counted of one week, by the time of each end or call."""

    jobs: tuple[JobsOfWeek, ...] = ()
    failures: tuple[FailuresOfWeek, ...] = ()
    work: tuple[WorkOfWeek, ...] = ()
    ai: tuple[AiUseOfWeek, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportView:
    """The report of the week from Monday ``week`` (ISO 8601, in ``time_zone``) and the figures of the week before.

    Times are RFC 3339 in UTC; the week ends before ``until_at``.
    """

    week: str
    time_zone: str
    from_at: str
    until_at: str
    made_at: str
    figures: WeekFigures
    before: WeekFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """Reports, the latest first."""

    items: tuple[ReportView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListReports(IndexRequest[Reports]):
    """Request the latest reports."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/reports")

    limit: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReport(IndexRequest[ReportView]):
    """Request the report of one week by its Monday. Refused with ``not-found`` or ``invalid-field``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/reports/{week}")

    week: str


REQUESTS = (ListReports, ReadReport)
