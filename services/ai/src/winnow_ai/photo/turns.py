"""Turns at rate-limited APIs: index gives them out for all nodes; while it is away a node keeps to its own share."""

import logging
from typing import Any, Protocol

from winnow_ai.photo.clock import Clock
from winnow_ai.photo.share import OwnShare
from winnow_contracts.errors import WinnowError
from winnow_contracts.turns import TurnAnswer, TurnWish
from winnow_contracts.wire import from_json, to_json

PATH = "/internal/v1/turns"
_LOG = logging.getLogger(__name__)
_AWAY_MS = 5_000
"""After index did not answer it is not asked for this long: each time would hold a task up by seconds."""
_LONGEST_HOLD_MS = 86_400_000


class Index(Protocol):
    """Index's internal HTTP API. Raises WinnowError."""

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The JSON answer to POST."""


class Turns:
    """Gives turns to the tasks of one process. Safe for threads; raises nothing."""

    def __init__(self, index: Index, share: OwnShare, clock: Clock) -> None:
        self._index = index
        self._share = share
        self._clock = clock
        self._away_until_ms = 0

    def take(self, wish: TurnWish) -> TurnAnswer:
        """Index's answer, or the own share's."""
        value = self._asked("", to_json(wish))
        try:
            answer = None if value is None else from_json(TurnAnswer, value)
        except (TypeError, ValueError) as error:
            _LOG.error("Index answered something that is no turn.", extra={"error": repr(error)})
            answer = None
        if answer is None:
            return self._share.take(wish, self._clock.now_ms())
        self._share.note(wish, answer)
        return answer

    def give_back(self, wish: TurnWish) -> None:
        """The call failed: whoever else wants the answer may get it. Best effort: a claim ends by itself too."""
        self._share.give_back(wish)
        self._asked("/give-back", {"tenant_id": wish.tenant_id, "answer_key": wish.answer_key, "holder": wish.holder})

    def hold(self, api: str, seconds: float) -> None:
        """The API asked to be left alone for ``seconds``: no node gets a turn before."""
        until_ms = self._clock.now_ms() + min(round(seconds * 1000), _LONGEST_HOLD_MS)
        self._share.hold(api, until_ms)
        self._asked("/hold", {"api": api, "until_ms": until_ms})

    def held_until_ms(self, api: str) -> int:
        """Until when the API asked this node to be left alone, 0 where it never did."""
        return self._share.held_until_ms(api)

    def _asked(self, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """Index's answer; None where it gave none, and it is left alone for a while."""
        if self._clock.now_ms() < self._away_until_ms:
            return None
        try:
            return self._index.post(PATH + path, body)
        except WinnowError as error:
            self._away_until_ms = self._clock.now_ms() + _AWAY_MS
            _LOG.warning("Index gives no turns; this node keeps to its own share.", extra={"detail": error.detail})
            return None
