"""The request for facets: how many media a list holds of each kind, language, tag and so on."""

from dataclasses import dataclass
from typing import ClassVar

from winnow_contracts.index_api.search import Total
from winnow_contracts.internal_api import HttpRoute, IndexRequest

FACETS = ("kind", "language", "tag", "status", "category")
MOST_VALUES = 50
"""Of each facet, the most frequent first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFacets:
    """By facet, how many media have each of its values, and how many there are.

    The newest 10,000 that match are counted; where there are more, ``total`` is ``gte``.
    """

    facets: dict[str, dict[str, int]]
    total: Total


@dataclass(frozen=True, slots=True, kw_only=True)
class CountFacets(IndexRequest[ListFacets]):
    """Request the facets of a list of media or photos; filters as in ``ListMedia`` and ``ListPhotos``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/facets")

    tenant_id: str
    status: str | None = None
    kind: str | None = None
    language: str | None = None
    tag: str | None = None
    title: str | None = None
    category: str | None = None
    created_after_ms: int | None = None
    created_before_ms: int | None = None
    min_duration_ms: int | None = None
    max_duration_ms: int | None = None


REQUESTS = (CountFacets,)
