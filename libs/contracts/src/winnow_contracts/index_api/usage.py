"""Requests about the cost of AI calls: of a tenant's day, and of all tenants by day."""

from dataclasses import dataclass
from typing import ClassVar

from winnow_contracts.index_api.photos import AiCosts
from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUsage(AiCosts):
    """The usage of one model for one purpose: ``speech``, ``embedding``, ``vision`` or ``text``."""

    model: str
    use: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayUsage:
    """The usage of a day (ISO 8601, UTC): US dollars spent and allowed, 0 for no limit."""

    day: str
    spent_usd: float
    limit_usd: float
    by_model: tuple[ModelUsage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadUsage(IndexRequest[DayUsage]):
    """Request a tenant's usage of a day, by default today. Refused with ``invalid-field``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/spending")

    tenant_id: str
    day: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantDay:
    """What a tenant spent on a day (ISO 8601, UTC), in US dollars."""

    day: str
    tenant_id: str
    spent_usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantDays:
    """The days on which something was spent, by day and tenant. The last day is today."""

    first_day: str
    last_day: str
    items: tuple[TenantDay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSpentDays(IndexRequest[TenantDays]):
    """Request what all tenants spent on the last ``days`` days, today among them. Refused with ``invalid-field``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/spending/days")

    days: int = 30


REQUESTS = (ReadUsage, ListSpentDays)
