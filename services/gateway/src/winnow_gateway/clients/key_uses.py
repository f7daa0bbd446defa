"""Tells index when keys were last used, in the background: no request waits for it or writes."""

import threading

from winnow_base.background import BackgroundLoop
from winnow_base.http.internal_clients import IndexClient
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import WinnowError
from winnow_contracts.index_api.keys import NoteKeyUses

TELL_SECONDS = 30
_APART_MS = 60_000
"""A key's use is told this long after the last telling, at the earliest; index writes no more often either."""


class KeyUses:
    """The last use of each key in this process. Safe for threads."""

    def __init__(self, index: IndexClient) -> None:
        self._index = index
        self._used_ms: dict[str, int] = {}
        self._told_ms: dict[str, int] = {}
        self._lock = threading.Lock()
        self._loop = BackgroundLoop(
            "key uses",
            "tells index when keys were last used",
            self._turn,
            every_seconds=TELL_SECONDS,
            at_end=self._turn,
        )

    def start(self) -> None:
        """Starts telling index every half minute."""
        self._loop.start()

    def stop(self) -> None:
        """Tells index of the last uses and ends."""
        self._loop.stop()

    def note(self, key_id: str) -> None:
        """Remembers that a key was used now."""
        with self._lock:
            self._used_ms[key_id] = now_ms()

    def tell(self) -> None:
        """Tells index of every key that was used since, if its last telling is a minute old.

        Raises WinnowError if index does not answer; the uses are told the next time.
        """
        with self._lock:
            due = {key: at for key, at in self._used_ms.items() if at >= self._told_ms.get(key, 0) + _APART_MS}
        if not due:
            return
        self._index.ask(NoteKeyUses(used=due))
        with self._lock:
            self._told_ms |= due
            self._used_ms = {key: at for key, at in self._used_ms.items() if at > due.get(key, 0)}

    def _turn(self) -> None:
        try:
            self.tell()
        except WinnowError:
            # Index is away, or of an earlier version: what was used is told when it answers again.
            return
