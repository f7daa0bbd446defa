"""Asks index's internal API for what a node can do without for a while."""

import logging
from typing import Protocol, TypeVar

from winnow_ai.clock import Clock
from winnow_contracts.errors import WinnowError
from winnow_contracts.internal_api import IndexRequest

A = TypeVar("A")

_LOG = logging.getLogger(__name__)
_AWAY_MS = 5_000
"""After index did not answer it is not asked for this long: each time would hold a task up by seconds."""


class Index(Protocol):
    """Answers requests, as ``IndexClient`` does. Raises WinnowError."""

    def ask(self, request: IndexRequest[A]) -> A:
        """The answer."""


class IndexCalls:
    """Calls of one process; ``instead`` says in its log what it does while index is away. Safe for threads."""

    def __init__(self, index: Index, clock: Clock, instead: str) -> None:
        self._index = index
        self._clock = clock
        self._instead = instead
        self._away_until_ms = 0

    def ask(self, request: IndexRequest[A]) -> A | None:
        """Index's answer; None where it gave none, and it is left alone for a while. Raises nothing."""
        if self._clock.now_ms() < self._away_until_ms:
            return None
        try:
            return self._index.ask(request)
        except WinnowError as error:
            self._away_until_ms = self._clock.now_ms() + _AWAY_MS
            _LOG.warning("Index does not answer.", extra={"instead": self._instead, "detail": error.detail})
            return None
