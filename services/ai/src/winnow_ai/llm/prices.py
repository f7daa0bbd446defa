"""What AI calls cost."""

from collections.abc import Mapping

from winnow_ai.llm.chat import TokenUsage
from winnow_ai.setting_values import is_amount, read_object
from winnow_base.environment import Environment

_TOKENS = 1_000_000
_DIGITS = 9


class Prices:
    """Prices by model: US dollars per million input tokens and per million output tokens, and per minute of audio."""

    def __init__(
        self, by_model: Mapping[str, tuple[float, float]], per_audio_minute: Mapping[str, float] | None = None
    ) -> None:
        self._by_model = dict(by_model)
        self._per_audio_minute = dict(per_audio_minute or {})

    def cost_usd(self, model: str, usage: TokenUsage | None) -> float | None:
        """The cost of a call in US dollars; None if the model has no price or the endpoint did not count tokens."""
        price = self._by_model.get(model)
        if price is None or usage is None:
            return None
        paid_in, paid_out = price
        return round((usage.tokens_in * paid_in + usage.tokens_out * paid_out) / _TOKENS, _DIGITS)

    def audio_cost_usd(self, model: str, seconds: float) -> float | None:
        """The cost of transcribing ``seconds`` of audio in US dollars; None if the model has no price."""
        price = self._per_audio_minute.get(model)
        return None if price is None else round(seconds / 60 * price, _DIGITS)


def read_prices(environment: Environment) -> Prices:
    """The prices that are set. ``environment`` collects bad variables."""
    prices = read_object(environment, "WINNOW_AI_PRICES")
    if not all(isinstance(pair, list) and len(pair) == 2 and all(map(is_amount, pair)) for pair in prices.values()):
        environment.fault(
            "WINNOW_AI_PRICES must give two amounts a model, US dollars for a million tokens in and out, "
            'such as {"a-model": [0.15, 0.6]}'
        )
        prices = {}
    audio = read_object(environment, "WINNOW_AI_AUDIO_PRICES")
    if not all(map(is_amount, audio.values())):
        environment.fault(
            "WINNOW_AI_AUDIO_PRICES must give an amount a model, US dollars for a minute of audio, "
            'such as {"a-model": 0.006}'
        )
        audio = {}
    by_tokens = {model: (float(paid_in), float(paid_out)) for model, (paid_in, paid_out) in prices.items()}
    return Prices(by_tokens, {model: float(paid) for model, paid in audio.items()})
