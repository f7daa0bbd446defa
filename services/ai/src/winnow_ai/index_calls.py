"""Calls to index that a node can do without: while index is away, the caller continues on its own."""

import logging
from typing import Protocol, TypeVar

from winnow_ai.clock import Clock
from winnow_contracts.errors import WinnowError
from winnow_contracts.internal_api import IndexRequest

A = TypeVar("A")

_LOG = logging.getLogger(__name__)
_AWAY_MS = 5_000
"""Index is not asked again for this long after it failed to answer: each failing call delays a task by seconds."""


class Index(Protocol):
    """Answers requests, as ``IndexClient`` does. Raises WinnowError."""

    def ask(self, request: IndexRequest[A]) -> A:
        """The answer."""


class IndexCalls:
    """One process's calls to index. ``instead`` is logged: what the node does while index is away. Safe for threads."""

    def __init__(self, index: Index, clock: Clock, instead: str) -> None:
        self._index = index
        self._clock = clock
        self._instead = instead
        self._away_until_ms = 0

    def ask(self, request: IndexRequest[A]) -> A | None:
        """Index's answer, or None if it did not answer now or within the last 5 seconds. Raises nothing."""
        if self._clock.now_ms() < self._away_until_ms:
            return None
        try:
            return self._index.ask(request)
        except WinnowError as error:
            self._away_until_ms = self._clock.now_ms() + _AWAY_MS
            _LOG.warning("Index does not answer.", extra={"instead": self._instead, "detail": error.detail})
            return None
