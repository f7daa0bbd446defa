"""The local embedding models by id: e5, USE, and both joined, which finds more than either alone."""

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from winnow_models import e5, use
from winnow_models.e5 import E5Encoder, Vectors
from winnow_models.use import UseEncoder

JOINED_ID = "e5-use-joined-1"
"""The numbers of e5 followed by those of USE, with equal weight: its cosine is the mean of both cosines."""
DIMENSIONS = {JOINED_ID: e5.DIMENSIONS + use.DIMENSIONS, e5.MODEL_ID: e5.DIMENSIONS, use.MODEL_ID: use.DIMENSIONS}
"""The length of a vector, by model id."""

_MAX_TEXT_CHARACTERS = 2048


class Encoder(Protocol):
    """One embedding model in memory."""

    @property
    def loaded(self) -> bool:
        """Whether the model is in memory."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Returns one row of unit length per text."""

    def tokens(self, texts: Sequence[str]) -> int:
        """Returns the number of tokens the model reads for these texts."""


class Embedder:
    """The models of ``DIMENSIONS``; the two underlying ones are each in memory once. Safe for threads.

    USE is dropped after ``idle_seconds`` without use. e5 stays: its file is mapped, and little else is in memory.
    """

    def __init__(self, *, threads: int, idle_seconds: float = math.inf) -> None:
        first, second = E5Encoder(threads=threads), UseEncoder(idle_seconds=idle_seconds)
        self._encoders: dict[str, tuple[Encoder, ...]] = {
            JOINED_ID: (first, second),
            e5.MODEL_ID: (first,),
            use.MODEL_ID: (second,),
        }

    @property
    def loaded(self) -> dict[str, bool]:
        """Whether every model needed is in memory, by model id."""
        return {name: all(encoder.loaded for encoder in encoders) for name, encoders in self._encoders.items()}

    def embed(self, model_id: str, texts: Sequence[str]) -> Vectors:
        """Returns one row of unit length per text. Raises Misconfigured if the processor or the system cannot run the
        model.
        """
        encoders = self._encoders[model_id]
        readable = [_readable(text) for text in texts]
        rows = np.hstack([encoder.encode(readable) for encoder in encoders])
        unit: Vectors = rows / np.float32(len(encoders) ** 0.5)
        return unit

    def tokens(self, model_id: str, texts: Sequence[str]) -> int:
        """Returns the number of tokens the model's first part reads for these texts."""
        return self._encoders[model_id][0].tokens([_readable(text) for text in texts])


def default_model() -> str:
    """Returns the best model that this machine's processor can run."""
    return JOINED_ID if e5.runs_here() else use.MODEL_ID


def _readable(text: str) -> str:
    """Makes text acceptable to both engines: no NUL (it would end the text), no lone surrogates, a limited length."""
    return text[:_MAX_TEXT_CHARACTERS].replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
