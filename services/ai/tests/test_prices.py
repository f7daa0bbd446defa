"""What a call costs by the prices that are set, and what the metrics tell of it."""

import pytest
from prometheus_client import REGISTRY

from winnow_ai.llm.chat import TokenUsage
from winnow_ai.llm.prices import Prices, read_prices
from winnow_ai.llm.spending import observe_spending
from winnow_base.environment import Environment
from winnow_contracts.errors import Misconfigured
from winnow_contracts.usage import Spending


def read(**variables: str) -> Prices:
    environment = Environment({f"WINNOW_AI_{name}": value for name, value in variables.items()})
    prices = read_prices(environment)
    environment.done()
    return prices


def test_a_model_without_a_price_costs_nobody_knows_what() -> None:
    assert read().cost_usd("any", TokenUsage(tokens_in=5)) is None
    assert read().audio_cost_usd("any", 60) is None


def test_each_model_may_have_its_price_by_tokens_or_by_minutes_of_audio() -> None:
    prices = read(PRICES='{"careful": [0.15, 0.6], "free": [0, 0]}', AUDIO_PRICES='{"ear": 0.006}')
    million = TokenUsage(tokens_in=1_000_000, tokens_out=2_000_000)
    assert prices.cost_usd("careful", million) == pytest.approx(1.35)
    assert prices.cost_usd("free", million) == 0
    assert prices.cost_usd("careful", None) is None
    assert prices.audio_cost_usd("ear", 90) == pytest.approx(0.009)
    assert prices.audio_cost_usd("careful", 90) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PRICES", "[]"),
        ("PRICES", "cheap"),
        ("PRICES", '{"a": 0.15}'),
        ("PRICES", '{"a": [1, "2"]}'),
        ("PRICES", '{"a": [1, -2]}'),
        ("PRICES", '{"a": [1]}'),
        ("AUDIO_PRICES", '{"a": [1, 2]}'),
        ("AUDIO_PRICES", '{"a": -1}'),
        ("AUDIO_PRICES", "0.006"),
    ],
)
def test_a_fault_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=f"WINNOW_AI_{name} "):
        read(**{name: value})


def test_tokens_cost_and_hits_are_counted() -> None:
    observe_spending(Spending(use="vision", model="m-1", tokens_in=10, tokens_out=4, cost_usd=0.5))
    observe_spending(Spending(use="vision", model="m-1", tokens_in=1, tokens_out=1, cost_usd=None))
    hits = counted("winnow_cache_hits_total", cache="vision")
    observe_spending(Spending(use="vision", model="m-1", cached=True))
    assert counted("winnow_ai_tokens_total", model="m-1", direction="in") == 11
    assert counted("winnow_ai_tokens_total", model="m-1", direction="out") == 5
    assert counted("winnow_ai_cost_usd_total", model="m-1") == 0.5
    assert counted("winnow_cache_hits_total", cache="vision") == hits + 1


def counted(metric: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(metric, labels) or 0.0
