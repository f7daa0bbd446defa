"""Settings of photos: thresholds, rate limits, lifetime of cached answers, rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from winnow_ai.setting_values import is_amount, read_object
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
    """From which confidence (0 to 1) on an item is claimed: for all models, or by model as ``{"a-model": 0.7}``."""
    vision_per_minute: int
    """The most calls that look at photos a minute, over all nodes."""
    text_per_minute: int
    """The same for guidance."""
    vision_retries: int
    """Retries of a failed classification. Guidance needs no such number, because it can use the rules' own words."""
    nodes: int
    """How many nodes share the limits while index cannot be asked."""
    answer_ttl_seconds: float
    """How long an answer is good for the same photo, or the same rule, again."""
    rules_dir: Path | None
    """The operator's folder of rules, in addition to the packaged ones."""


def read_photo_settings(environment: Environment) -> PhotoSettings:
    """The settings of photos. ``environment`` collects missing and bad variables."""
    rules_dir = environment.text("WINNOW_AI_RULES_DIR", "")
    return PhotoSettings(
        thresholds=_read_thresholds(environment),
        vision_per_minute=environment.integer("WINNOW_AI_VISION_PER_MINUTE", 100, at_least=1),
        text_per_minute=environment.integer("WINNOW_AI_TEXT_PER_MINUTE", 200, at_least=1),
        vision_retries=environment.integer("WINNOW_AI_VISION_RETRIES", 5, at_least=0),
        nodes=environment.integer("WINNOW_AI_NODES", 1, at_least=1),
        answer_ttl_seconds=environment.number("WINNOW_AI_ANSWER_TTL_SECONDS", 3_600),
        rules_dir=Path(rules_dir) if rules_dir else None,
    )


def _read_thresholds(environment: Environment) -> Thresholds:
    usual = environment.number("WINNOW_AI_VISION_THRESHOLD", 0.6)
    by_model = read_object(environment, "WINNOW_AI_VISION_THRESHOLDS")
    if usual > 1:
        environment.fault(f"WINNOW_AI_VISION_THRESHOLD must be a number from 0 to 1, not {usual}")
    if not all(is_amount(value) and value <= 1 for value in by_model.values()):
        environment.fault('WINNOW_AI_VISION_THRESHOLDS must give numbers from 0 to 1, such as {"a-model": 0.7}')
        by_model = {}
    return Thresholds(usual=usual, by_model=by_model)
