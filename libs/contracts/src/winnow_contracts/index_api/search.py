"""Search: what is looked for, and the moments where it is said or meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest


class Mode(StrEnum):
    """What a search goes by."""

    HYBRID = "hybrid"
    MEANING = "meaning"
    WORDS = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsMatch:
    """Found by words: its place in that list, and the words in lower case."""

    rank: int
    matched: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactMatch:
    """Found by exact text: its place in that list."""

    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeaningMatch:
    """Found by meaning: its place in that list, and the cosine of passage and query."""

    rank: int
    cosine: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchReason:
    """By what a moment was found; at least one is not None."""

    words: WordsMatch | None = None
    exact: ExactMatch | None = None
    meaning: MeaningMatch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentView:
    """One passage that was found. ``word_start_ms``: where the matched word is spoken, or the passage begins.

    ``highlights`` are ranges of ``text`` in code points, each ``{"from", "to"}``: ``from`` can name no field.
    ``weak``: found by meaning alone, and barely.
    """

    start_ms: int
    end_ms: int
    text: str
    highlights: tuple[dict[str, int], ...]
    word_start_ms: int | None
    weak: bool
    why: MatchReason


@dataclass(frozen=True, slots=True, kw_only=True)
class HitView:
    """One media with its best moments; ``kind`` is video or audio."""

    media_id: str
    title: str
    kind: str
    duration_ms: int | None
    language: str | None
    score: float
    moments: tuple[MomentView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """How many media hold what was looked for: ``value`` of them (``eq``), or at least as many (``gte``)."""

    value: int
    relation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """How many hits there are by language and by kind."""

    language: dict[str, int]
    kind: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """What was found, the best first. ``degraded`` says what it was found without."""

    query: str
    mode: Mode
    took_ms: int
    degraded: tuple[str, ...]
    generation: str | None
    total: Total
    items: tuple[HitView, ...]
    facets: Facets
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search(IndexRequest[Hits]):
    """A search; ``vector`` is the query's, of the model ``generation``, both None where there is none.

    ``degraded`` is what the caller could not do, repeated in the answer. Refused with ``malformed`` and
    ``invalid-field``.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/search")

    tenant_id: str
    q: str
    mode: Mode = Mode.HYBRID
    vector: Sequence[float] | None = None
    generation: str | None = None
    media_id: str | None = None
    language: str | None = None
    limit: int = 20
    degraded: Sequence[str] = ()


REQUESTS = (Search,)
