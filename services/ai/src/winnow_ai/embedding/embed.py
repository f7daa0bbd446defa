"""Embeds passages in batches. A text that any node has embedded with this model is not paid for again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from winnow_ai.admission.place import Admission
from winnow_ai.llm.ports import EmbeddingModel
from winnow_ai.llm.response_cache import ResponseCache
from winnow_chassis.objects.store import ObjectStore
from winnow_contracts.transcript import Passage
from winnow_journal.task import Task


@dataclass(frozen=True, kw_only=True)
class PassageEmbedder:
    """Embeds the passages of a task.

    ``dimensions`` is the length of a vector, ``batch`` the number of texts per call. ``prefix`` is put before each
    text and is part of the cache key. ``generation`` names the vectors that these can be compared with.
    """

    objects: ObjectStore
    embedder: EmbeddingModel
    admission: Admission
    model: str
    generation: str
    dimensions: int
    batch: int
    prefix: str = ""
    hit: Callable[[], None] = lambda: None
    """Called once for each text whose vector was found in the cache."""

    def run(self, task: Task, passages: Sequence[Passage]) -> tuple[Passage, ...]:
        """The passages with their vectors. Each batch is a step, so a finished batch is not run again.

        Raises Snoozed while other tasks go first, and the errors of ``endpoint.Endpoint``.
        """
        paid = ResponseCache(self.objects, task.envelope.command.tenant_id)
        known: dict[str, list[float]] = {}
        for start in range(0, len(passages), self.batch):
            # Only the passage's text. A header (title, previous sentence) is added once an evaluation shows a gain.
            texts = [self.prefix + passage.text for passage in passages[start : start + self.batch]]
            inputs = {"texts": texts, "model": self.model, "dimensions": self.dimensions}
            number = start // self.batch + 1
            task.step(f"embed batch {number}", partial(self._buy, task, paid, texts, known), inputs=inputs)
            self._buy(task, paid, [text for text in texts if text not in known], known)
            task.progress("understand", min(1.0, (start + self.batch) / len(passages)))
        return tuple(replace(passage, vector=tuple(known[self.prefix + passage.text])) for passage in passages)

    def _buy(self, task: Task, paid: ResponseCache, texts: Sequence[str], known: dict[str, list[float]]) -> int:
        """Put every text's vector into ``known``: from the cache, else from the model. Returns how many were bought."""
        missing: dict[str, str] = {}
        for text in texts:
            if text in known or text in missing:
                continue
            key = paid.key(text.encode(), kind="embedding", model=self.model, dimensions=self.dimensions)
            vector = paid.find(key)
            if vector is None:
                missing[text] = key
            else:
                self.hit()
                known[text] = vector
        if missing:
            with self.admission.stand(task) as place:
                place.enter()
                vectors = self.embedder.embed(list(missing), place.check)
            for (text, key), vector in zip(missing.items(), vectors, strict=True):
                paid.keep(key, vector)
                known[text] = vector
        return len(missing)
