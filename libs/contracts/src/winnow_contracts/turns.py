"""Turns: when a node may call a rate-limited API. Index gives them out one by one: all nodes share one limit."""

from dataclasses import dataclass
from enum import StrEnum


class TurnVerdict(StrEnum):
    """What index says to a wish for a turn."""

    GRANTED = "granted"
    """Call at ``turn_ms``, and no earlier."""
    TAKEN = "taken"
    """Another task is getting this very answer; look into the cache at ``turn_ms``."""
    BUDGET_SPENT = "budget_spent"
    """The tenant's budget of the day is spent."""


@dataclass(frozen=True, kw_only=True)
class TurnWish:
    """A task wants to call an API for an answer. Repeated by the same holder it is a wish for another turn."""

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


@dataclass(frozen=True, kw_only=True)
class TurnAnswer:
    """Index's answer. ``turn_ms`` is Unix milliseconds, 0 where the budget is spent; amounts are of the day (UTC)."""

    verdict: TurnVerdict
    turn_ms: int = 0
    spent_usd: float = 0.0
    limit_usd: float = 0.0
    """0 means no limit."""
