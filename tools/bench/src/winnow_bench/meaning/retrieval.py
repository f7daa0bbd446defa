"""Measures per model how often a question finds its passage by meaning, and how well a floor rejects others."""

import json
from dataclasses import dataclass
from importlib import resources

import numpy as np
import numpy.typing as npt

from winnow_models.e5 import Vectors
from winnow_models.embeddings import Embedder

LANGUAGES = ("en", "ko")
DIRECTIONS = (("en", "en"), ("ko", "ko"), ("ko", "en"), ("en", "ko"))
"""Language of the questions, language of the passages."""
FLOORS = tuple(round(0.14 + 0.02 * step, 2) for step in range(16))
_MOST_LET_THROUGH = 0.4
_RESAMPLES = 2000


@dataclass(frozen=True, kw_only=True)
class Questions:
    """The texts by language: a passage and its question have the same index; ``unanswered`` have no passage."""

    passages: dict[str, list[str]]
    asked: dict[str, list[str]]
    unanswered: dict[str, list[str]]


@dataclass(frozen=True, kw_only=True)
class FloorRow:
    """The effect of a floor: unanswerable questions with a hit above it, and questions whose passage is above it."""

    floor: float
    let_through: int
    kept: int


@dataclass(frozen=True, kw_only=True)
class Retrieval:
    """The result of one model. ``right_first`` and ``mean_reciprocal_rank`` are by direction and over all."""

    model: str
    right_first: dict[str, int]
    mean_reciprocal_rank: float
    interval: tuple[int, int]
    """95 % confidence interval of the count over all directions (bootstrap)."""
    questions: int
    unanswered: int
    answered: int
    """The number of questions in their passage's language: these measure a floor."""
    floors: tuple[FloorRow, ...]

    @property
    def total(self) -> int:
        """The number of questions whose passage came first, over all directions."""
        return sum(self.right_first.values())

    @property
    def floor(self) -> float:
        """The floor to use: the lowest that lets through at most two of five unanswerable questions."""
        most = _MOST_LET_THROUGH * self.unanswered
        return next((row.floor for row in self.floors if row.let_through <= most), self.floors[-1].floor)


def read_questions() -> Questions:
    """Returns the questions shipped with Winnow."""
    data = json.loads((resources.files(__package__) / "questions.json").read_text(encoding="utf-8"))
    pairs, unanswered = data["pairs"], data["unanswered"]
    return Questions(
        passages={language: [pair[language]["passage"] for pair in pairs] for language in LANGUAGES},
        asked={language: [pair[language]["question"] for pair in pairs] for language in LANGUAGES},
        unanswered={language: [pair[language] for pair in unanswered] for language in LANGUAGES},
    )


def measure(embedder: Embedder, questions: Questions, model: str) -> Retrieval:
    """Asks every question: against the passages of one language for ranks, against all for floors, as a search does."""
    passages = {name: embedder.embed(model, texts) for name, texts in questions.passages.items()}
    asked = {name: embedder.embed(model, texts) for name, texts in questions.asked.items()}
    unanswered = np.vstack([embedder.embed(model, questions.unanswered[name]) for name in LANGUAGES])
    ranks = {f"{left}-{right}": _ranks(asked[left], passages[right]) for left, right in DIRECTIONS}
    best_wrong = (unanswered @ np.vstack([passages[name] for name in LANGUAGES]).T).max(axis=1)
    right = np.concatenate([np.sum(asked[name] * passages[name], axis=1) for name in LANGUAGES])
    every = np.concatenate(list(ranks.values()))
    return Retrieval(
        model=model,
        right_first={name: int(np.sum(found == 1)) for name, found in ranks.items()},
        mean_reciprocal_rank=round(float(np.mean(1 / every)), 3),
        interval=_interval(every == 1),
        questions=len(every),
        unanswered=len(unanswered),
        answered=len(right),
        floors=tuple(
            FloorRow(floor=floor, let_through=int(np.sum(best_wrong >= floor)), kept=int(np.sum(right >= floor)))
            for floor in FLOORS
        ),
    )


def _interval(right: npt.NDArray[np.bool_]) -> tuple[int, int]:
    resampled = np.random.default_rng(1).choice(right, size=(_RESAMPLES, len(right))).sum(axis=1)
    low, high = np.percentile(resampled, (2.5, 97.5))
    return int(low), int(high)


def _ranks(questions: Vectors, passages: Vectors) -> Vectors:
    cosines = questions @ passages.T
    ranks: Vectors = 1 + np.sum(cosines > np.diag(cosines)[:, None], axis=1)
    return ranks
