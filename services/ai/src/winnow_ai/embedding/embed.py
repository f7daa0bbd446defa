"""Embeds passages in batches. A batch that any node has embedded with this model is not paid for again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from winnow_ai.admission.place import Admission
from winnow_ai.llm.chat import TokenUsage
from winnow_ai.llm.ports import EmbeddingModel
from winnow_ai.llm.prices import Prices
from winnow_ai.llm.response_cache import ResponseCache
from winnow_base.objects.store import ObjectStore
from winnow_contracts.transcript import Passage
from winnow_contracts.usage import Spending
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
    prices: Prices
    prefix: str = ""
    spent: Callable[[Spending], None] = lambda spending: None
    """Called for every batch's vectors, whether paid for or found in the cache."""

    def run(self, task: Task, passages: Sequence[Passage]) -> tuple[Passage, ...]:
        """The passages with their vectors. Each batch is a step, so a finished batch is not run again.

        Raises Snoozed while other tasks go first, and the errors of ``endpoint.Endpoint``.
        """
        paid = ResponseCache(self.objects, task.envelope.command)
        known: dict[str, list[float]] = {}
        for start in range(0, len(passages), self.batch):
            # Only the passage's text. A header (title, previous sentence) is added once an evaluation shows a gain.
            texts = [self.prefix + passage.text for passage in passages[start : start + self.batch]]
            inputs = {"texts": texts, "model": self.model, "dimensions": self.dimensions}
            number = start // self.batch + 1
            task.step(f"embed batch {number}", partial(self._buy, task, paid, texts, known), inputs=inputs)
            # An earlier attempt's step kept no vectors: they are in the store, or were swept and are bought again.
            self._buy(task, paid, texts, known, recorded=True)
            task.progress("understand", min(1.0, (start + self.batch) / len(passages)))
        return tuple(replace(passage, vector=tuple(known[self.prefix + passage.text])) for passage in passages)

    def _buy(
        self,
        task: Task,
        paid: ResponseCache,
        texts: Sequence[str],
        known: dict[str, list[float]],
        *,
        recorded: bool = False,
    ) -> int:
        """Put every text's vector into ``known``: from the cache, else from the model. Returns how many were bought.

        ``recorded``: an earlier attempt got them, so finding them saves nothing anew.
        """
        missing = list(dict.fromkeys(text for text in texts if text not in known))
        if not missing:
            return 0
        # One object for a batch: a request to the store for each text would take longer than to embed it.
        key = paid.key("\0".join(missing).encode(), kind="embeddings", model=self.model, dimensions=self.dimensions)
        vectors = paid.find(key)
        if vectors is not None:
            if not recorded:
                self._spend(task, Spending(use="embedding", model=self.model, cached=True))
            known.update(zip(missing, vectors, strict=True))
            return 0

        def pay(usage: TokenUsage | None) -> None:
            cost_usd = self.prices.cost_usd(self.model, usage)
            tokens_in = usage.tokens_in if usage else 0
            self._spend(task, Spending(use="embedding", model=self.model, tokens_in=tokens_in, cost_usd=cost_usd))

        with self.admission.stand(task) as place:
            place.enter()
            vectors = self.embedder.embed(missing, place.check, pay)
        paid.keep(key, vectors)
        known.update(zip(missing, vectors, strict=True))
        return len(missing)

    def _spend(self, task: Task, spending: Spending) -> None:
        task.spend(spending)
        self.spent(spending)
