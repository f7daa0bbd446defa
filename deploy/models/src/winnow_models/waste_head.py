"""The linear head on the network's features: six classes of waste, with calibrated probabilities.

Multinomial logistic regression, its scores divided by one temperature (Guo et al., "On Calibration of Modern Neural
Networks", 2017).
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from winnow_models.head_card import CATEGORY_OF, head_card

CLASSES = tuple(CATEGORY_OF)
CATEGORIES = tuple(dict.fromkeys(CATEGORY_OF.values()))

Table = npt.NDArray[np.float64]
"""One row a photo."""

_STORED = np.dtype("<f4")


@dataclass(frozen=True, kw_only=True)
class WasteHead:
    """``weights``: a row of 1,280 for each of ``CLASSES``; ``bias``: one number for each."""

    weights: Table
    bias: Table
    temperature: float

    def scores(self, features: npt.ArrayLike) -> Table:
        """N x 1280 features to N x 6 scores, before the temperature."""
        scores: Table = np.asarray(features, np.float64) @ self.weights.T + self.bias
        return scores

    def probabilities(self, features: npt.ArrayLike) -> Table:
        """N x 1280 features to N x 6 probabilities; each row adds up to 1."""
        return softmax(self.scores(features) / self.temperature)


def packaged_head() -> WasteHead:
    """Returns the head shipped with this package."""
    return read_head(head_card())


def read_head(card: Mapping[str, Any]) -> WasteHead:
    """Reads the head from a file's JSON. Raises ValueError if it is for other classes."""
    if tuple(card["classes"]) != CLASSES:
        raise ValueError(f"the head tells apart {card['classes']}, not {CLASSES}")
    return WasteHead(
        weights=_unpacked(card["weights"]).reshape(len(CLASSES), -1),
        bias=_unpacked(card["bias"]),
        temperature=float(card["temperature"]),
    )


def packed(values: npt.ArrayLike) -> str:
    """Numbers as a head's file has them: little-endian float32, row by row, in base64."""
    return base64.b64encode(np.asarray(values, _STORED).tobytes()).decode()


def by_category(probabilities: Table) -> Table:
    """Converts N x 6 class probabilities to N x 5 of ``CATEGORIES``, adding up the classes of one category."""
    merge = np.array([[float(CATEGORY_OF[name] is category) for category in CATEGORIES] for name in CLASSES])
    merged: Table = probabilities @ merge
    return merged


def category_place(label: str) -> int:
    """The place in ``CATEGORIES`` of a class of ``CLASSES``."""
    return CATEGORIES.index(CATEGORY_OF[label])


def softmax(scores: Table) -> Table:
    """Scores to probabilities, row by row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Table = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _unpacked(text: str) -> Table:
    return np.frombuffer(base64.b64decode(text), _STORED).astype(np.float64)
