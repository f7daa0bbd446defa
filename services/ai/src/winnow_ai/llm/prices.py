"""What AI calls cost."""

from collections.abc import Mapping

from winnow_ai.llm.chat import TokenUsage

_TOKENS = 1_000_000
_DIGITS = 9


class Prices:
    """Prices by model: US dollars per million input tokens, and per million output tokens."""

    def __init__(self, by_model: Mapping[str, tuple[float, float]]) -> None:
        self._by_model = dict(by_model)

    def cost_usd(self, model: str, usage: TokenUsage | None) -> float | None:
        """The cost of a call in US dollars; None if the model has no price or the endpoint did not count tokens."""
        price = self._by_model.get(model)
        if price is None or usage is None:
            return None
        paid_in, paid_out = price
        return round((usage.tokens_in * paid_in + usage.tokens_out * paid_out) / _TOKENS, _DIGITS)
