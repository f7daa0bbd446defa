"""Search: meaning, words and exact text in one statement, and each hit with its second and its reason."""

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from winnow_contracts.errors import BadInput
from winnow_index.database import Database
from winnow_index.highlights import MARKS, best_word_start_ms, highlights, matched_words
from winnow_index.korean import Korean
from winnow_index.passage_rows import vector_text
from winnow_index.query import SearchQuery, read_query

MOMENTS = 3
"""Shown of one media."""

WEAK_MARGIN = 0.05
"""A hit by meaning alone that is no further above the floor is marked as weak."""

_LIST_LENGTH = 50
NO_EMBEDDING = "embedding_unavailable"


class Mode(StrEnum):
    """What is searched."""

    HYBRID = "hybrid"
    MEANING = "meaning"
    WORDS = "words"


@dataclass(frozen=True, kw_only=True)
class SearchRequest:
    """One search of one tenant. ``vector`` is the query's, made by model ``generation``; None: words alone.

    ``degraded`` is what the caller had to do without; it is passed on.
    """

    tenant_id: str
    q: str
    mode: Mode = Mode.HYBRID
    vector: tuple[float, ...] | None = None
    generation: str | None = None
    media_id: str | None = None
    language: str | None = None
    limit: int = 20
    degraded: tuple[str, ...] = ()


class Search:
    """Answers searches. ``floor`` is the least cosine of a hit by meaning alone. Safe for threads."""

    def __init__(self, database: Database, korean: Korean, floor: float) -> None:
        self._database = database
        self._korean = korean
        self._floor = floor

    def run(self, request: SearchRequest) -> dict[str, Any]:
        """The hits as JSON. Raises BadInput for an empty or too long query or a vector of a wrong length."""
        began = time.perf_counter()
        query = read_query(request.q, self._korean)
        by_meaning = request.mode is not Mode.WORDS and bool(request.vector) and bool(request.generation)
        by_words = request.mode is not Mode.MEANING or not by_meaning
        found = self._find(request, query, by_meaning=by_meaning, by_words=by_words)
        degraded = list(request.degraded)
        if request.mode is not Mode.WORDS and not by_meaning and NO_EMBEDDING not in degraded:
            degraded.append(NO_EMBEDDING)
        return {
            "query": request.q,
            "mode": request.mode.value,
            "took_ms": round((time.perf_counter() - began) * 1000),
            "degraded": degraded,
            "generation": request.generation if by_meaning else None,
            "total": {
                "value": found["total"],
                "relation": "gte" if found["longest_list"] >= _LIST_LENGTH else "eq",
            },
            "items": [self._item(item, query) for item in found["items"]],
            "facets": {"language": found["languages"], "kind": found["kinds"]},
            "next_cursor": None,
        }

    def _find(self, request: SearchRequest, query: SearchQuery, *, by_meaning: bool, by_words: bool) -> dict[str, Any]:
        vector = request.vector if by_meaning and request.vector else None
        parameters = {
            "tenant_id": request.tenant_id,
            "media_id": request.media_id,
            "language": request.language,
            "limit": request.limit,
            "vector": vector_text(vector) if vector else None,
            "dimensions": len(vector) if vector else 1,
            "generation": request.generation,
            "floor": self._floor,
            "every_word": query.every_word if by_words else "",
            "any_word": query.any_word if by_words else "",
            "needles": list(query.needles) if by_words else [],
            "phrase": query.is_phrase and by_words,
            "marks": MARKS,
        }
        with self._database.transaction() as transaction:
            known = transaction.row("find_generation", parameters) if vector else None
            if vector and known and known["dimensions"] != len(vector):
                raise BadInput(
                    f"The vector has {len(vector)} numbers, those of {request.generation} {known['dimensions']}.",
                    code="invalid-field",
                )
            transaction.run("begin_search")
            found = transaction.row("search", parameters)
        assert found is not None
        return found

    def _item(self, item: dict[str, Any], query: SearchQuery) -> dict[str, Any]:
        return {
            "media_id": item["media_id"],
            "title": item["title"],
            "kind": item["kind"],
            "score": round(item["score"], 6),
            "moments": [self._moment(moment, query) for moment in _apart(item["moments"])],
        }

    def _moment(self, moment: dict[str, Any], query: SearchQuery) -> dict[str, Any]:
        text = moment["text"]
        by_words = moment["words"] is not None or moment["exact"] is not None
        spans = highlights(text, moment["marked"], query.marks) if by_words else []
        words = {"rank": moment["words"], "matched": matched_words(text, spans)} if by_words else None
        cosine = moment["cosine"]
        meaning = {"rank": moment["meaning"], "cosine": round(cosine, 4)} if cosine is not None else None
        return {
            "start_ms": moment["start_ms"],
            "end_ms": moment["end_ms"],
            "speaker": None,
            "text": text,
            "highlights": [{"from": span.start, "to": span.end} for span in spans],
            "word_start_ms": best_word_start_ms(spans, moment["word_offsets"], moment["word_starts_ms"]),
            "weak": not by_words and cosine is not None and cosine < self._floor + WEAK_MARGIN,
            "why": {"words": words, "meaning": meaning, "exact": moment["exact"]},
        }


def _apart(moments: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The best moments that do not overlap in time: neighbouring passages share a sentence."""
    kept: list[dict[str, Any]] = []
    for moment in moments:
        if all(moment["end_ms"] <= other["start_ms"] or moment["start_ms"] >= other["end_ms"] for other in kept):
            kept.append(moment)
    return kept[:MOMENTS]
