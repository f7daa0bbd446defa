"""AI usage: tokens, audio and cost of one call, as events report them to index."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Spending:
    """One answer of an AI endpoint, paid for or found in the cache."""

    use: str
    """The purpose of the call: ``speech``, ``embedding``, ``vision`` or ``text``."""
    model: str
    tokens_in: int = 0
    tokens_out: int = 0
    audio_seconds: float = 0.0
    """The length of the audio that was sent."""
    cost_usd: float | None = None
    """None if the model has no price set, or the endpoint did not count what the price is for."""
    cached: bool = False
    """The answer came from the cache, so nothing was paid."""
