"""Requests about the cost of a tenant's AI calls."""

from dataclasses import dataclass
from typing import ClassVar

from winnow_contracts.index_api.photos import AiCosts
from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUsage(AiCosts):
    """The usage of one model for one purpose, ``vision`` or ``text``."""

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


REQUESTS = (ReadUsage,)
