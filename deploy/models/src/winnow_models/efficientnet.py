"""Runs EfficientNet-lite0 in this process: loaded on first use."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Numbers = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The network's output for one picture: 1,000 ImageNet ``logits``, and the 1,280 ``features`` behind them."""

    logits: Numbers
    features: Numbers


class Network:
    """One network in memory, loaded from ``find_file``'s file on first use. Safe for threads."""

    def __init__(self, find_file: Callable[[], Path], *, threads: int) -> None:
        self._find_file = find_file
        self._threads = threads
        self._session: InferenceSession | None = None
        self._loading = threading.Lock()

    @property
    def loaded(self) -> bool:
        """Whether the network is in memory."""
        return self._session is not None

    def look(self, pixels: Numbers) -> Seen:
        """Runs the network on the 3 x 224 x 224 pixels of ``pictures.read_picture``. Raises whatever ``find_file``
        raises.
        """
        logits, features = self._ready().run(["logits", "features"], {"input": pixels[None]})
        return Seen(logits=np.asarray(logits)[0], features=np.asarray(features)[0])

    def _ready(self) -> "InferenceSession":
        with self._loading:
            if self._session is None:
                file = self._find_file()
                import onnxruntime  # half a second and 50 MB: imported only if photos are classified

                options = onnxruntime.SessionOptions()
                options.intra_op_num_threads = self._threads
                self._session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
            return self._session
