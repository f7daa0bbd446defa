"""Where a node asks for places: index keeps the line of all nodes; while it is away the node keeps one of its own."""

import logging
from typing import Any

from winnow_ai.admission.own_line import OwnLine
from winnow_ai.photo.clock import Clock
from winnow_ai.photo.turns import Index
from winnow_contracts.errors import WinnowError
from winnow_contracts.places import PlaceAnswer, PlaceLeft, PlaceWish
from winnow_contracts.wire import from_json, to_json

PATH = "/internal/v1/places"
_LOG = logging.getLogger(__name__)
_AWAY_MS = 5_000
"""After index did not answer it is not asked for this long: each time would hold a call up by seconds."""


class Desk:
    """Asks for places on behalf of one process. Safe for threads; raises nothing."""

    def __init__(self, index: Index, own: OwnLine, clock: Clock) -> None:
        self._index = index
        self._own = own
        self._clock = clock
        self._away_until_ms = 0

    def wish(self, wish: PlaceWish) -> PlaceAnswer:
        """Index's answer, or the own line's."""
        value = self._asked("", to_json(wish))
        try:
            answer = None if value is None else from_json(PlaceAnswer, value)
        except (TypeError, ValueError) as error:
            _LOG.error("Index answered something that is no place.", extra={"error": repr(error)})
            answer = None
        if answer is None:
            return self._own.wish(wish)
        self._own.note(wish, answer)
        return answer

    def leave(self, left: PlaceLeft) -> None:
        """The call ended. Best effort at index: a place that is not renewed ends by itself too."""
        self._own.leave(left)
        self._asked("/leave", to_json(left))

    def _asked(self, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """Index's answer; None where it gave none, and it is left alone for a while."""
        if self._clock.now_ms() < self._away_until_ms:
            return None
        try:
            return self._index.post(PATH + path, body)
        except WinnowError as error:
            self._away_until_ms = self._clock.now_ms() + _AWAY_MS
            _LOG.warning("Index gives no places; this node keeps a line of its own.", extra={"detail": error.detail})
            return None
