"""What the gateway asks ai, and what it answers: vectors of queries, and disposal rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from winnow_contracts.internal_api import AiRequest, HttpRoute
from winnow_contracts.photo import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Embeddings:
    """One vector a text, of ``dimensions`` numbers; only those of one ``model`` may be compared."""

    model: str
    dimensions: int
    vectors: tuple[Sequence[float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionName:
    """A region by its id, with its title in one language."""

    id: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionRules:
    """All rules of a region in one language, the regions there are, and what is wrong with the operator's folder."""

    regions: tuple[RegionName, ...]
    region: str
    language: str
    version: str
    rules: tuple[Rule, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedTexts(AiRequest[Embeddings]):
    """Vectors of queries. Refused with ``invalid-field`` and ``model-unavailable``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/embed")

    texts: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRules(AiRequest[RegionRules]):
    """A region's rules; by default the default region's, in its own language. Refused with ``not-found``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/rules")

    region: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindRule(AiRequest[Rule]):
    """The rule for an item, which need not be a known one; ``category`` tells where an unknown one belongs.

    Refused with ``not-found`` for an unknown region, and ``invalid-field``.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/rules/{item}")

    item: str
    region: str | None = None
    language: str | None = None
    category: str | None = None


REQUESTS: tuple[type[AiRequest[Any]], ...] = (EmbedTexts, ListRules, FindRule)
"""Every request that ai answers."""
