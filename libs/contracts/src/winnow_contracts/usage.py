"""AI usage: tokens and cost of one call, as events report them to index."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Spending:
    """One answer of an AI endpoint, paid for or found in the cache."""

    use: str
    """What it was for: ``vision`` or ``text``."""
    model: str
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float | None = None
    """None where no price is set for the model."""
    cached: bool = False
    """Found in the cache: nothing was paid."""
