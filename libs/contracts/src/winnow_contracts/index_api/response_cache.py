"""Operators' request about the response cache: what it holds, how often it answered, and what that spared."""

from dataclasses import dataclass
from typing import ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnswers:
    """The answers of all tenants in the object store, as the last pass over them left them.

    Times are RFC 3339 in UTC; ``oldest_at`` is None without answers. ``limit_bytes`` is 0 for no limit.
    """

    counted_at: str
    answers: int
    size_bytes: int
    oldest_at: str | None
    limit_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheDay:
    """One day (ISO 8601, UTC) of one model and use: answers from the cache, and calls that were paid.

    ``saved_usd`` counts each hit at the mean cost of the window's paid calls of the same model and use; None if none
    of them had a price.
    """

    day: str
    use: str
    model: str
    hits: int
    paid: int
    saved_usd: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseCacheUse:
    """The days from ``first_day`` to ``last_day``, today, on which there was a call, newest first.

    ``kept`` is None until the first pass.
    """

    first_day: str
    last_day: str
    items: tuple[CacheDay, ...]
    kept: KeptAnswers | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResponseCache(IndexRequest[ResponseCacheUse]):
    """Request the last ``days`` days, 30 at most, today among them. Refused with ``invalid-field``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/response-cache")

    days: int = 30


REQUESTS = (ReadResponseCache,)
