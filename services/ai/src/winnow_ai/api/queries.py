"""Vectors of search queries: from memory if the same query came recently, else from the endpoint."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

from winnow_ai.llm.chat import TokenUsage
from winnow_ai.llm.ports import EmbeddingModel
from winnow_base.async_bridge import Check, never


class QueryVectors:
    """An embedder that puts ``prefix`` before each text and caches the vectors of the last ``entries`` texts.

    Safe for threads.
    """

    def __init__(self, embedder: EmbeddingModel, entries: int, prefix: str = "") -> None:
        self._embedder = embedder
        self._entries = entries
        self._prefix = prefix
        self._known: OrderedDict[str, list[float]] = OrderedDict()
        self._lock = threading.Lock()

    def embed(
        self,
        texts: Sequence[str],
        check: Check = never,
        paid: Callable[[TokenUsage | None], None] = lambda usage: None,
    ) -> list[list[float]]:
        """One vector per text, in order. All texts that are not cached go into one call, which ``paid`` hears of.

        Raises the errors of ``endpoint.Endpoint`` and whatever ``check`` raises.
        """
        found = {text: vector for text in texts if (vector := self._recall(text)) is not None}
        missing = [text for text in dict.fromkeys(texts) if text not in found]
        if missing:
            sent = [self._prefix + text for text in missing]
            found |= zip(missing, self._embedder.embed(sent, check, paid), strict=True)
            for text in missing:
                self._remember(text, found[text])
        return [found[text] for text in texts]

    def _recall(self, text: str) -> list[float] | None:
        with self._lock:
            vector = self._known.get(text)
            if vector is not None:
                self._known.move_to_end(text)
            return vector

    def _remember(self, text: str, vector: list[float]) -> None:
        with self._lock:
            self._known[text] = vector
            while len(self._known) > self._entries:
                self._known.popitem(last=False)
