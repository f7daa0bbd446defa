"""Rate limits: reservations of the next call to a limited API. Index is the rate limiter; all nodes share one limit."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest


class ReservationStatus(StrEnum):
    """Index's decision about a reservation."""

    GRANTED = "granted"
    """Call at ``turn_ms``, not earlier."""
    TAKEN = "taken"
    """Another task is getting the same answer. Look into the cache at ``turn_ms``."""
    BUDGET_SPENT = "budget_spent"
    """The tenant's budget of the day is spent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """Index's answer.

    ``turn_ms`` is Unix milliseconds, 0 if the budget is spent; amounts are those of the day (UTC).
    """

    verdict: ReservationStatus
    turn_ms: int = 0
    spent_usd: float = 0.0
    limit_usd: float = 0.0
    """0 means no limit."""
    per_minute: int = 0
    """The limit in force, as operators may have set it; 0 if it is not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationRequest(IndexRequest[Reservation]):
    """Request a reservation to call an API for one answer. Repeated by the same holder, it requests another one."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/turns")

    api: str
    """Name of the limit: ``vision`` or ``text``."""
    per_minute: int
    """The node's setting. What operators have set goes before it."""
    tenant_id: str
    holder: str
    """The task's id."""
    answer_key: str
    """The key under which the answer will be stored. One holder at a time may get it."""
    claim_seconds: float
    """How long after its reserved moment the holder's claim keeps others from getting the same answer, if the holder
    dies."""
    turn_ms: int = 0
    """The reserved moment that the holder has already (Unix milliseconds). Index says whether it is still valid, or
    else reserves a new one. Index does not know the reservations that a node makes by itself, and the budget may have
    been spent since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimEnded:
    """Whether the holder had a claim."""

    given_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveTurnBack(IndexRequest[ClaimEnded]):
    """End the holder's claim on an answer, so that another task may get it."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/turns/give-back")

    tenant_id: str
    answer_key: str
    holder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiHeld:
    """Until when (Unix milliseconds) no call to an API is reserved."""

    until_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldApi(IndexRequest[ApiHeld]):
    """Reserve no call to an API before ``until_ms`` (Unix milliseconds)."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/turns/hold")

    api: str
    until_ms: int


REQUESTS = (ReservationRequest, GiveTurnBack, HoldApi)
