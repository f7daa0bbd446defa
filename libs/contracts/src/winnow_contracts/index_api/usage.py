"""What a tenant's AI calls cost."""

from dataclasses import dataclass
from typing import ClassVar

from winnow_contracts.index_api.photos import AiCosts
from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUsage(AiCosts):
    """What one model did for one use: ``vision`` or ``text``."""

    model: str
    use: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayUsage:
    """A day (ISO 8601, UTC): US dollars spent and allowed, 0 for no limit."""

    day: str
    spent_usd: float
    limit_usd: float
    by_model: tuple[ModelUsage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadUsage(IndexRequest[DayUsage]):
    """A tenant's day, today where none is named. Refused with ``invalid-field``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/spending")

    tenant_id: str
    day: str | None = None


REQUESTS = (ReadUsage,)
