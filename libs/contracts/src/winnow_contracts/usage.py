"""AI usage: tokens and cost of one call, as events report them to index."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Spending:
    """One answer of an AI endpoint, paid for or found in the cache."""

    use: str
    """The purpose of the call: ``vision`` or ``text``."""
    model: str
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float | None = None
    """None if the model has no price set."""
    cached: bool = False
    """The answer came from the cache, so nothing was paid."""
