"""Floors: the least cosine of a hit by meaning alone. Each model has its own, as models spread scores differently."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from winnow_base.environment import Environment
from winnow_contracts.generations import model_of

MEASURED: Mapping[str, float] = {
    "e5-use-joined-1": 0.26,  # lets 19 of 48 unanswerable questions through and keeps 47 of 64 right passages
    "e5-small-q4-centred-1": 0.36,  # 17 and 45
    "use-multilingual-3": 0.22,  # 18 and 35
}
"""Floors by model, measured with ``./winnow bench meaning`` in English and Korean. The rule is: the lowest floor that
lets at most two of five unanswerable questions through.
"""
UNMEASURED = 0.25
"""For models that were not measured. With most hosted models it lies between unrelated and related texts. A model that
scores everything high, like E5 without its mean subtracted, needs its own figure.
"""
_OF_MODELS = "WINNOW_INDEX_MEANING_FLOORS"
_OF_ALL = "WINNOW_INDEX_MEANING_FLOOR"


@dataclass(frozen=True, kw_only=True)
class Floors:
    """Floors by model: the one set for the model, else the one set for all models, else the measured one."""

    of_all: float | None = None
    """The least cosine (0 to 1) of a hit by meaning alone, for all models; empty: what was measured, else 0.25."""
    of_models: Mapping[str, float] = field(default_factory=dict)
    """The same by model: ``{"a-model": 0.4}``."""

    def of(self, generation: str | None) -> float:
        """The floor for a generation's vectors. For None (no vectors) the number does not matter."""
        model = model_of(generation or "")
        if model in self.of_models:
            return self.of_models[model]
        return MEASURED.get(model, UNMEASURED) if self.of_all is None else self.of_all


def read_floors(environment: Environment) -> Floors:
    """The configured floors. ``environment`` collects missing and bad variables."""
    of_all = environment.number(_OF_ALL) if environment.text(_OF_ALL, "") else None
    if of_all is not None and not _is_cosine(of_all):
        environment.fault(f"{_OF_ALL} must be a number from 0 to 1, not {of_all:g}")
    given = environment.text(_OF_MODELS, "") or "{}"
    try:
        of_models = json.loads(given)
    except ValueError:
        of_models = None
    if not isinstance(of_models, dict) or not all(_is_cosine(floor) for floor in of_models.values()):
        environment.fault(f'{_OF_MODELS} must be JSON like {{"a-model": 0.4}} with numbers from 0 to 1, not {given!r}')
        of_models = {}
    return Floors(of_all=of_all, of_models=of_models)


def _is_cosine(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1
