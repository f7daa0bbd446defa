"""The gateway's requests to ai, and ai's answers: vectors of queries, and disposal rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from winnow_contracts.internal_api import AiRequest, HttpRoute
from winnow_contracts.photo import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Embeddings:
    """One vector for each text, of ``dimensions`` numbers. Only vectors of the same ``model`` may be compared."""

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
    """All rules of a region in one language.

    With the regions that exist, and the faults in the operator's folder of rules.
    """

    regions: tuple[RegionName, ...]
    region: str
    language: str
    version: str
    rules: tuple[Rule, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedTexts(AiRequest[Embeddings]):
    """Request the vectors of queries. Refused with ``invalid-field`` and ``model-unavailable``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/embed")

    texts: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRules(AiRequest[RegionRules]):
    """Request a region's rules, by default the default region's, in its own language. Refused with ``not-found``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/rules")

    region: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FindRule(AiRequest[Rule]):
    """Request the rule for an item. For an unknown item, ``category`` says where it belongs.

    Refused with ``not-found`` for an unknown region, and with ``invalid-field``.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/rules/{item}")

    item: str
    region: str | None = None
    language: str | None = None
    category: str | None = None


REQUESTS: tuple[type[AiRequest[Any]], ...] = (EmbedTexts, ListRules, FindRule)
"""Every request that ai answers."""
