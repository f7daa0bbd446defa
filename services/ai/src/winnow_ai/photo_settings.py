"""Settings of photos: thresholds, rate limits, prices, lifetime of cached answers, rules."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from winnow_ai.llm.prices import Prices
from winnow_base.environment import Environment


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """The least confidence (0..1) of a claimed item. Each model has its own scale of confidence."""

    usual: float = 0.6
    by_model: Mapping[str, float] = field(default_factory=dict)

    def of(self, model: str) -> float:
        """The threshold of a model."""
        return self.by_model.get(model, self.usual)


@dataclass(frozen=True, kw_only=True)
class PhotoSettings:
    """Settings of the photo actors."""

    thresholds: Thresholds
    vision_per_minute: int
    """The most calls per minute, over all nodes."""
    text_per_minute: int
    vision_retries: int
    """Retries of a failed classification. Guidance needs no such number, because it can use the rules' own words."""
    nodes: int
    """How many nodes share the limits while index cannot be asked."""
    prices: Prices
    answer_ttl_seconds: float
    rules_dir: Path | None
    """The operator's folder of rules, in addition to the packaged ones; None without one."""


def read_photo_settings(environment: Environment) -> PhotoSettings:
    """The settings of photos. ``environment`` collects missing and bad variables."""
    rules_dir = environment.text("WINNOW_AI_RULES_DIR", "")
    return PhotoSettings(
        thresholds=_read_thresholds(environment),
        vision_per_minute=environment.integer("WINNOW_AI_VISION_PER_MINUTE", 100, at_least=1),
        text_per_minute=environment.integer("WINNOW_AI_TEXT_PER_MINUTE", 200, at_least=1),
        vision_retries=environment.integer("WINNOW_AI_VISION_RETRIES", 5, at_least=0),
        nodes=environment.integer("WINNOW_AI_NODES", 1, at_least=1),
        prices=_read_prices(environment),
        answer_ttl_seconds=environment.number("WINNOW_AI_ANSWER_TTL_SECONDS", 3_600),
        rules_dir=Path(rules_dir) if rules_dir else None,
    )


def _read_thresholds(environment: Environment) -> Thresholds:
    usual = environment.number("WINNOW_AI_VISION_THRESHOLD", 0.6)
    by_model = _read_object(environment, "WINNOW_AI_VISION_THRESHOLDS")
    if usual > 1:
        environment.fault(f"WINNOW_AI_VISION_THRESHOLD must be a number from 0 to 1, not {usual}")
    if not all(_is_amount(value) and value <= 1 for value in by_model.values()):
        environment.fault('WINNOW_AI_VISION_THRESHOLDS must give numbers from 0 to 1, such as {"a-model": 0.7}')
        by_model = {}
    return Thresholds(usual=usual, by_model=by_model)


def _read_prices(environment: Environment) -> Prices:
    prices = _read_object(environment, "WINNOW_AI_PRICES")
    if not all(isinstance(pair, list) and len(pair) == 2 and all(map(_is_amount, pair)) for pair in prices.values()):
        environment.fault(
            "WINNOW_AI_PRICES must give two amounts a model, US dollars for a million tokens in and out, "
            'such as {"a-model": [0.15, 0.6]}'
        )
        prices = {}
    return Prices({model: (float(paid_in), float(paid_out)) for model, (paid_in, paid_out) in prices.items()})


def _read_object(environment: Environment, name: str) -> dict[str, Any]:
    text = environment.text(name, "{}")
    try:
        value = json.loads(text or "{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        environment.fault(f"{name} must be a JSON object, not {text[:60]!r}")
        return {}
    return value


def _is_amount(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < float("inf")
