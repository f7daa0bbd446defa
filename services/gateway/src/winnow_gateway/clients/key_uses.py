"""Tells index when keys were last used and how often, in the background: no request waits for it or writes."""

import threading
from collections import Counter

from winnow_base.background import BackgroundLoop
from winnow_base.http.internal_clients import IndexClient
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import WinnowError
from winnow_contracts.index_api.keys import NoteKeyUses

TELL_SECONDS = 30
_APART_MS = 60_000
"""A key's use is told this long after the last telling, at the earliest; index writes no more often either."""


class KeyUses:
    """The last use of each key in this process, and its requests that index does not know of. Safe for threads."""

    def __init__(self, index: IndexClient) -> None:
        self._index = index
        self._used_ms: dict[str, int] = {}
        self._told_ms: dict[str, int] = {}
        self._requests: Counter[str] = Counter()
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
            self._requests[key_id] += 1

    def tell(self) -> None:
        """Tells index of every request since, and of the last use of each key whose last telling is a minute old.

        Raises WinnowError if index does not answer; all that is told the next time. Requests count twice if index heard
        of them and its answer was lost.
        """
        with self._lock:
            due = {key: at for key, at in self._used_ms.items() if at >= self._told_ms.get(key, 0) + _APART_MS}
            requests, self._requests = self._requests, Counter()
        if not requests:
            return
        try:
            self._index.ask(NoteKeyUses(used=due, requests=dict(requests)))
        except WinnowError:
            with self._lock:
                self._requests += requests
            raise
        with self._lock:
            self._told_ms |= due
            self._used_ms = {key: at for key, at in self._used_ms.items() if at > due.get(key, 0)}

    def _turn(self) -> None:
        try:
            self.tell()
        except WinnowError:
            # Index is away, or of an earlier version: what was used is told when it answers again.
            return
