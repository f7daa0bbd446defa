"""Rate limits: reservations of the next call to a limited API. Index is the rate limiter; all nodes share one limit."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest


class ReservationStatus(StrEnum):
    """What index says to a wish for a turn."""

    GRANTED = "granted"
    """Call at ``turn_ms``, and no earlier."""
    TAKEN = "taken"
    """Another task is getting this very answer; look into the cache at ``turn_ms``."""
    BUDGET_SPENT = "budget_spent"
    """The tenant's budget of the day is spent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """Index's answer. ``turn_ms`` is Unix milliseconds, 0 where the budget is spent; amounts are of the day (UTC)."""

    verdict: ReservationStatus
    turn_ms: int = 0
    spent_usd: float = 0.0
    limit_usd: float = 0.0
    """0 means no limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationRequest(IndexRequest[Reservation]):
    """A task wants to call an API for an answer. Repeated by the same holder it is a wish for another turn."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/turns")

    api: str
    """Name of the limit: ``vision`` or ``text``."""
    per_minute: int
    tenant_id: str
    holder: str
    """The task's id."""
    answer_key: str
    """Where the answer will be kept: one holder at a time gets it."""
    claim_seconds: float
    """How long after its turn the holder keeps others from getting the same answer, should it die."""
    turn_ms: int = 0
    """The turn it holds already, to be told whether that is still good; where it is not, this is a wish for a new one.

    Index does not know turns of a node's own share, and a budget may have been spent since."""


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
    """Until when (Unix milliseconds) an API is left alone."""

    until_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldApi(IndexRequest[ApiHeld]):
    """Give out no turn at an API before ``until_ms``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/turns/hold")

    api: str
    until_ms: int


REQUESTS = (ReservationRequest, GiveTurnBack, HoldApi)
