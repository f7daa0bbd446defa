"""Fits the head: regularisation and temperature are chosen by cross-validation among the training photos alone."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from winnow_models.waste_head import CLASSES, Table, WasteHead, softmax

FOLDS = 5
C_VALUES = (0.001, 0.003, 0.01, 0.03, 0.1)
_TEMPERATURES = np.geomspace(0.3, 3, 200)
_NEIGHBOURS = 10
_MOST_STEPS = 3000


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One strength of regularisation, the temperature that goes with it, and what both are worth on unseen folds."""

    c: float
    temperature: float
    log_loss: float
    scores: Table
    """Of every training photo, by a head that was fitted without it; before the temperature."""


def choose(features: Table, labels: Sequence[str], names: Sequence[str], seed: int) -> Iterator[Choice]:
    """A choice for each of ``C_VALUES``; the one with the least ``log_loss`` is the best.

    The same thing was often photographed several times in a row, so neighbours by number stay in one fold: otherwise
    each fold would know what it is tested on.
    """
    truth = _places(labels)
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    parts = list(folds.split(features, truth, [_neighbourhood(name) for name in names]))
    for c in C_VALUES:
        scores = np.zeros((len(truth), len(CLASSES)))
        for known, unseen in parts:
            scores[unseen] = fit(features[known], [labels[place] for place in known], c).scores(features[unseen])
        losses = [_log_loss(scores / temperature, truth) for temperature in _TEMPERATURES]
        best = int(np.argmin(losses))
        yield Choice(c=c, temperature=float(_TEMPERATURES[best]), log_loss=losses[best], scores=scores)


def fit(features: Table, labels: Sequence[str], c: float, temperature: float = 1.0) -> WasteHead:
    """Multinomial logistic regression on standardised features; the standardisation is folded into the weights."""
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    model = LogisticRegression(C=c, max_iter=_MOST_STEPS).fit((features - mean) / spread, _places(labels))
    weights = model.coef_ / spread
    return WasteHead(weights=weights, bias=model.intercept_ - weights @ mean, temperature=temperature)


def _places(labels: Sequence[str]) -> np.ndarray:
    return np.array([CLASSES.index(label) for label in labels])


def _neighbourhood(name: str) -> str:
    folder, number = re.match(r"(.*?)(\d+)\.\w+$", name).groups()
    return f"{folder}{int(number) // _NEIGHBOURS}"


def _log_loss(scores: Table, truth: np.ndarray) -> float:
    return float(-np.log(softmax(scores)[np.arange(len(truth)), truth]).mean())
