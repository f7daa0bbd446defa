"""Operators' requests about the limits of AI calls: what is in force, how much is used, and to change it."""

from dataclasses import dataclass
from typing import ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest

APIS = ("speech", "embedding", "vision", "text")
LIMIT_NAMES = tuple(f"{api}.{unit}" for api in APIS for unit in ("at_once", "per_minute"))
"""Calls at once and calls a minute, over all nodes."""
MOST_CALLS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitView:
    """One limit, of all tenants or, if ``tenant_id`` is not empty, of one.

    ``value`` is in force: what an operator set, else ``setting``, which is what the nodes were started with. None means
    that there is no limit, or that no node has asked yet; a tenant has no setting. ``used`` counts calls now, or those
    of the busier of this minute and the last; ``waiting`` counts tasks. ``set_at`` is RFC 3339 in UTC.
    """

    name: str
    tenant_id: str
    value: int | None
    setting: int | None
    set_by: str | None
    set_at: str | None
    used: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Every limit."""

    items: tuple[LimitView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitMinute:
    """One minute of one tenant at one API. ``at`` is its begin (RFC 3339, UTC).

    ``used`` counts calls that were admitted, ``waiting`` tasks that waited when it was looked, once a minute, and
    ``refused`` calls that the tenant's budget or the endpoint (busy, or too slow) refused.
    """

    at: str
    api: str
    tenant_id: str
    used: int
    waiting: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitLog:
    """Minutes, oldest first; those in which nothing was wanted are left out."""

    items: tuple[LimitMinute, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLimits(IndexRequest[Limits]):
    """Request all limits."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/limits")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLimit(IndexRequest[Limits]):
    """Set a limit for the key ``who``. A tenant has limits of calls at once alone.

    Refused with ``not-found``.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("PUT", "/internal/v1/limits/{name}")

    name: str
    value: int
    who: str
    tenant_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetLimit(IndexRequest[Limits]):
    """Go back to the setting that the nodes were started with. Refused with ``not-found``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("DELETE", "/internal/v1/limits/{name}")

    name: str
    who: str
    tenant_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLimitLog(IndexRequest[LimitLog]):
    """Request the last minutes."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/limits/log")

    minutes: int = 60


REQUESTS = (ListLimits, SetLimit, ResetLimit, ListLimitLog)
