"""Search: one SQL statement fuses hits by meaning, words and exact text; each hit says why it was found."""

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from winnow_contracts.errors import BadInput, Unavailable
from winnow_contracts.index_api.search import Facets, Hits, HitView, Mode, Search, Total
from winnow_index.database import Database, Transaction
from winnow_index.korean import Korean
from winnow_index.search.floors import Floors
from winnow_index.search.query import SearchQuery, understand
from winnow_index.search.snippets import MARKS, moments
from winnow_index.store.passage_rows import vector_text

OTHER_GENERATION = "other_embedding_model"
"""Why a search is degraded: some passages have vectors of another generation and are found by words alone."""
_ANY_DIMENSIONS = 1
"""The statement needs a dimension even without a vector to compare."""
_NOTHING = SearchQuery(terms=(), needles=(), phrase=False)
_FILTERS = ("kind", "tag", "created_after_ms", "created_before_ms", "min_duration_ms")
_MOST_TERMS = 16
"""The most words of a query that are searched for: those that the fewest passages have."""
_MOST_CANDIDATES = 4_000
"""The most passages that are ranked by their words, besides 1,000 with every word. Ranking is what a search costs."""


class Searcher:
    """Searches passages. ``floors`` are the least cosines of hits by meaning alone. Safe for threads.

    At most ``most_at_once`` searches run or wait for a connection of ``database``. More are refused, so that searches
    never take every thread of the process.
    """

    def __init__(self, database: Database, korean: Korean, floors: Floors, *, most_at_once: int = 12) -> None:
        self._database = database
        self._korean = korean
        self._floors = floors
        self._places = threading.BoundedSemaphore(most_at_once)

    def search(self, wanted: Search) -> Hits:
        """The hits, the best first. Raises BadInput (malformed, invalid-field), TimedOut and Unavailable."""
        if not self._places.acquire(blocking=False):
            raise Unavailable("Too many searches run at once.", dependency="index", hint="Search again in a moment.")
        try:
            return self._search(wanted)
        finally:
            self._places.release()

    def _search(self, wanted: Search) -> Hits:
        began = time.monotonic()
        asked = understand(wanted.q, self._korean)
        vector = None if wanted.mode is Mode.WORDS else wanted.vector
        # Without a vector a search by meaning uses words; the caller has already marked it as degraded.
        query = _NOTHING if wanted.mode is Mode.MEANING and vector is not None else asked
        found = self._ask(wanted, query, vector)
        floor = self._floors.of(wanted.generation)
        return Hits(
            query=wanted.q,
            mode=wanted.mode,
            took_ms=round((time.monotonic() - began) * 1000),
            degraded=(*wanted.degraded, *((OTHER_GENERATION,) if found["has_other_generations"] else ())),
            generation=wanted.generation if vector is not None else None,
            # A full list may have been cut, so the total may be larger than the count.
            total=Total(value=found["total"], relation="eq" if found["longest_list"] < 50 else "gte"),
            items=tuple(
                HitView(
                    media_id=item["media_id"],
                    title=item["title"],
                    kind=item["kind"],
                    duration_ms=item["duration_ms"],
                    language=item["language"],
                    score=round(item["score"], 5),
                    moments=moments(item["moments"], query, floor),
                )
                for item in found["items"]
            ),
            facets=Facets(language=found["languages"], kind=found["kinds"]),
        )

    def _ask(self, wanted: Search, query: SearchQuery, vector: Sequence[float] | None) -> dict[str, Any]:
        parameters = {
            "tenant_id": wanted.tenant_id,
            "vector": None if vector is None else vector_text(vector),
            "dimensions": _ANY_DIMENSIONS if vector is None else len(vector),
            "generation": wanted.generation,
            "media_id": wanted.media_id,
            "language": wanted.language,
            **_filters(wanted),
            "needles": list(query.needles),
            "phrase": query.phrase,
            "floor": self._floors.of(wanted.generation),
            "limit": wanted.limit,
            "marks": MARKS,
        }
        with self._database.transaction() as transaction:
            query = _rarest(transaction, query)
            if vector is not None:
                known = transaction.row("find_generation", parameters)
                if known is not None and known["dimensions"] != len(vector):
                    raise BadInput(
                        f"{wanted.generation} has vectors of {known['dimensions']} numbers, not {len(vector)}.",
                        code="invalid-field",
                    )
            transaction.run("begin_search")
            row = transaction.row("search", {**parameters, **_words(query)})
        assert row is not None
        return row


def _rarest(transaction: Transaction, query: SearchQuery) -> SearchQuery:
    """The query with at most ``_MOST_TERMS`` of its terms."""
    if len(query.terms) <= _MOST_TERMS:
        return query
    rows = transaction.rows("rarest_terms", {"terms": list(query.terms), "most": _MOST_TERMS})
    return replace(query, terms=tuple(row["term"] for row in rows))


def _filters(wanted: Search) -> dict[str, Any]:
    given = {name: getattr(wanted, name) for name in _FILTERS}
    return {**given, "filtered": any(value is not None for value in given.values())}


def _words(query: SearchQuery) -> dict[str, Any]:
    return {
        "terms": list(query.terms),
        "every_word": query.every_word,
        "any_word": query.any_word,
        "candidates_a_term": _MOST_CANDIDATES // max(len(query.terms), 1),
    }
