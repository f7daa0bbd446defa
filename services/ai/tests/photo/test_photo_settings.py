"""Settings of photos: a fault is named with what is wanted; and how patient the actors are."""

import pytest
from prometheus_client import REGISTRY

from winnow_ai.llm.chat import TokenUsage
from winnow_ai.llm.endpoint_settings import EndpointSettings
from winnow_ai.photo import routes
from winnow_ai.photo_settings import PhotoSettings, read_photo_settings
from winnow_base.environment import Environment
from winnow_contracts.errors import Misconfigured
from winnow_contracts.usage import Spending


def read(**variables: str) -> PhotoSettings:
    environment = Environment({f"WINNOW_AI_{name}": value for name, value in variables.items()})
    settings = read_photo_settings(environment)
    environment.done()
    return settings


def test_without_any_setting_the_limits_are_those_of_the_handbook() -> None:
    settings = read()
    assert (settings.vision_per_minute, settings.text_per_minute, settings.nodes) == (100, 200, 1)
    assert (settings.answer_ttl_seconds, settings.rules_dir) == (3_600, None)
    assert settings.thresholds.of("any") == 0.6
    assert settings.prices.cost_usd("any", TokenUsage(tokens_in=5)) is None


def test_each_model_may_have_its_threshold_and_its_price() -> None:
    settings = read(
        VISION_THRESHOLD="0.5", VISION_THRESHOLDS='{"careful": 0.9}', PRICES='{"careful": [0.15, 0.6], "free": [0, 0]}'
    )
    assert (settings.thresholds.of("careful"), settings.thresholds.of("other")) == (0.9, 0.5)
    million = TokenUsage(tokens_in=1_000_000, tokens_out=2_000_000)
    assert settings.prices.cost_usd("careful", million) == pytest.approx(1.35)
    assert settings.prices.cost_usd("free", million) == 0
    assert settings.prices.cost_usd("careful", None) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VISION_THRESHOLD", "1.5"),
        ("VISION_THRESHOLDS", '{"a": 2}'),
        ("VISION_THRESHOLDS", '{"a": NaN}'),
        ("VISION_THRESHOLDS", "0.7"),
        ("PRICES", "[]"),
        ("PRICES", "cheap"),
        ("PRICES", '{"a": 0.15}'),
        ("PRICES", '{"a": [1, "2"]}'),
        ("PRICES", '{"a": [1, -2]}'),
        ("PRICES", '{"a": [1]}'),
        ("VISION_PER_MINUTE", "0"),
        ("NODES", "0"),
    ],
)
def test_a_fault_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=f"WINNOW_AI_{name} "):
        read(**{name: value})


def test_vision_is_tried_five_times_more_and_a_call_may_take_sixty_seconds() -> None:
    assert read().vision_retries == 5
    assert EndpointSettings.vision_timeout_seconds == 60
    assert (routes.ADVICE.retries, routes.ADVICE.backoff_seconds) == (3, 20)
    assert EndpointSettings.text_timeout_seconds == 30


def test_tokens_cost_and_hits_are_counted() -> None:
    routes.observe_spending(Spending(use="vision", model="m-1", tokens_in=10, tokens_out=4, cost_usd=0.5))
    routes.observe_spending(Spending(use="vision", model="m-1", tokens_in=1, tokens_out=1, cost_usd=None))
    hits = counted("winnow_cache_hits_total", cache="vision")
    routes.observe_spending(Spending(use="vision", model="m-1", cached=True))
    assert counted("winnow_ai_tokens_total", model="m-1", direction="in") == 11
    assert counted("winnow_ai_tokens_total", model="m-1", direction="out") == 5
    assert counted("winnow_ai_cost_usd_total", model="m-1") == 0.5
    assert counted("winnow_cache_hits_total", cache="vision") == hits + 1


def counted(metric: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(metric, labels) or 0.0
