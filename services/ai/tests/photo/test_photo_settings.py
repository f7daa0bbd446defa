"""Settings of photos: a fault is named with what is wanted; and how patient the actors are."""

import pytest

from winnow_ai.llm.endpoint_settings import EndpointSettings
from winnow_ai.photo import routes
from winnow_ai.photo_settings import PhotoSettings, read_photo_settings
from winnow_base.environment import Environment
from winnow_contracts.errors import Misconfigured


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


def test_each_model_may_have_its_threshold() -> None:
    settings = read(VISION_THRESHOLD="0.5", VISION_THRESHOLDS='{"careful": 0.9}')
    assert (settings.thresholds.of("careful"), settings.thresholds.of("other")) == (0.9, 0.5)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VISION_THRESHOLD", "1.5"),
        ("VISION_THRESHOLDS", '{"a": 2}'),
        ("VISION_THRESHOLDS", '{"a": NaN}'),
        ("VISION_THRESHOLDS", "0.7"),
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
