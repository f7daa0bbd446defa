"""Runs EfficientNet-lite0 in this process: loaded on first use, dropped when it is idle."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from winnow_models.idle_model import IdleModel

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Numbers = npt.NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The network's output for one picture: 1,000 ImageNet ``logits``, and the 1,280 ``features`` behind them."""

    logits: Numbers
    features: Numbers


class Network:
    """One network in memory, loaded from ``find_file``'s file on first use, dropped after ``idle_seconds`` without any.

    Safe for threads.
    """

    def __init__(self, find_file: Callable[[], Path], *, threads: int, idle_seconds: float = math.inf) -> None:
        self._find_file = find_file
        self._threads = threads
        self._session = IdleModel(self._load, idle_seconds=idle_seconds)

    @property
    def loaded(self) -> bool:
        """Whether the network is in memory."""
        return self._session.loaded

    def look(self, pixels: Numbers) -> Seen:
        """Runs the network on the 3 x 224 x 224 pixels of ``pictures.read_picture``. Raises whatever ``find_file``
        raises.
        """
        with self._session.used() as session:
            logits, features = session.run(["logits", "features"], {"input": pixels[None]})
        return Seen(logits=np.asarray(logits)[0], features=np.asarray(features)[0])

    def _load(self) -> "InferenceSession":
        file = self._find_file()
        import onnxruntime  # half a second and 50 MB: imported only if photos are classified

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
