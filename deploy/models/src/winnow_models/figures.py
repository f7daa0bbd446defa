"""Measures a classifier on labelled photos: right answers, coverage, confusion, calibration."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from winnow_models.waste_head import CLASSES, Table, by_category, category_place

_THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)
_BINS = 10


def figures(probabilities: Table, labels: Sequence[str], threshold: float) -> dict[str, Any]:
    """Returns the figures as plain JSON from N x 6 probabilities; ``labels`` are the true classes.

    ``confusion`` has a row for each true class and a column for each answered one. ``ece`` is the expected calibration
    error of the category's confidence, over ten bins of equal width.
    """
    truth = np.array([CLASSES.index(label) for label in labels])
    chosen = probabilities.argmax(axis=1)
    confidence, right = confidences(probabilities, labels)
    rows = [[int(np.sum((truth == i) & (chosen == j))) for j in range(len(CLASSES))] for i in range(len(CLASSES))]
    return {
        "photos": len(labels),
        "right_of_6_classes": _share(chosen == truth),
        "right_of_5_categories": _share(right),
        "at_threshold": _at(threshold, confidence, right),
        "at": [_at(wanted, confidence, right) for wanted in _THRESHOLDS],
        "confusion": dict(zip(CLASSES, rows, strict=True)),
        "ece": round(calibration_error(confidence, right), 4),
    }


def confidences(probabilities: Table, labels: Sequence[str]) -> tuple[Table, Table]:
    """Returns for each photo the confidence in its category, and whether that category is right (1 or 0)."""
    categories = by_category(probabilities)
    truth = np.array([category_place(label) for label in labels])
    return categories.max(axis=1), (categories.argmax(axis=1) == truth).astype(np.float64)


def threshold_for(share_right: float, confidence: Table, right: Table) -> float:
    """Returns the least threshold, in hundredths, with at least ``share_right`` right answers; 1 if there is none."""
    for hundredth in range(100):
        kept = confidence >= hundredth / 100
        if kept.any() and right[kept].mean() >= share_right:
            return hundredth / 100
    return 1.0


def calibration_error(confidence: Table, right: Table) -> float:
    """How far confidence and share of right answers lie apart, bin by bin, weighted by the photos in each."""
    places = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    gaps = [
        abs(float((right - confidence)[places == place].sum())) for place in range(_BINS) if (places == place).any()
    ]
    return sum(gaps) / len(confidence)


def _at(threshold: float, confidence: Table, right: Table) -> dict[str, float]:
    kept = confidence >= threshold
    return {"threshold": threshold, "coverage": _share(kept), "right": _share(right[kept])}


def _share(hits: npt.NDArray[Any]) -> float:
    return round(float(np.mean(hits)), 4) if hits.size else 0.0
