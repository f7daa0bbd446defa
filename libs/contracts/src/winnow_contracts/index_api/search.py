"""Search requests, and their hits with the moments that match."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest


class Mode(StrEnum):
    """How a search matches."""

    HYBRID = "hybrid"
    MEANING = "meaning"
    WORDS = "words"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsMatch:
    """A match by words: its rank in that list, and the words in lower case."""

    rank: int
    matched: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactMatch:
    """A match by exact text: its rank in that list."""

    rank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeaningMatch:
    """A match by meaning: its rank in that list, and the cosine of passage and query."""

    rank: int
    cosine: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchReason:
    """How a moment matches; at least one field is not None."""

    words: WordsMatch | None = None
    exact: ExactMatch | None = None
    meaning: MeaningMatch | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentView:
    """One passage that matches. ``word_start_ms`` is the start of the matched word, or of the passage.

    ``highlights`` are ranges of ``text`` in code points, each ``{"from", "to"}``; a dict, because no field can be named
    ``from``. ``weak``: the match is by meaning alone, and barely above the floor.
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
    """How many media match: exactly ``value`` (``eq``), or at least ``value`` (``gte``)."""

    value: int
    relation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """The number of hits by language and by kind."""

    language: dict[str, int]
    kind: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """The hits, best first. ``degraded`` says what the search had to do without."""

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
    """A search request. ``vector`` is the query's, of the model ``generation``; both are None without one.

    ``degraded`` is what the caller could not do; the answer repeats it. Only media are searched that fit: ``kind`` is
    video or audio, ``tag`` one of its tags, times are Unix milliseconds, the end is not included, and
    ``min_duration_ms`` its least length. Refused with ``malformed`` and ``invalid-field``.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/search")

    tenant_id: str
    q: str
    mode: Mode = Mode.HYBRID
    vector: Sequence[float] | None = None
    generation: str | None = None
    media_id: str | None = None
    language: str | None = None
    kind: str | None = None
    tag: str | None = None
    created_after_ms: int | None = None
    created_before_ms: int | None = None
    min_duration_ms: int | None = None
    limit: int = 20
    degraded: Sequence[str] = ()


REQUESTS = (Search,)
