"""Removes objects by their age alone: cached AI answers, what is kept for repeats, and what probes left behind."""

import logging
from collections.abc import Callable
from itertools import islice

from winnow_base.background import BackgroundLoop
from winnow_base.objects.store import ObjectStore
from winnow_contracts import object_keys
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import WinnowError
from winnow_index.database import Database

_LOG = logging.getLogger(__name__)
_DAY_MS = 86_400_000
_REPEAT_DAYS = 7
"""For so long a repeat of an action with its Idempotency-Key gets the first answer."""
_CLAIM_DAYS = 30
"""For so long a repeat of an upload or batch is compared with the first. Index knows the job of a key for good."""
_LOOK_SECONDS = 3600.0
_AT_ONCE = 1000
"""As many keys as the store lists in one answer."""
_DONE = "objects expired"


class ObjectExpiry:
    """A background loop of an index worker: once a day, one worker of all reads through the lists of such objects.

    Where it was is remembered, so that another worker goes on from there. An answer and its mark stay ``answer_days``
    after it was paid; the claim of an Idempotency-Key 30 days, and the answer to an action seven; a probe's object a
    day.
    """

    def __init__(
        self, database: Database, objects: ObjectStore, *, answer_days: float, ready: Callable[[], bool] = lambda: True
    ) -> None:
        self._database = database
        self._objects = objects
        self._kept_ms = {
            object_keys.PAID_ANSWERS: round(answer_days * _DAY_MS),
            object_keys.ACTIONS: _REPEAT_DAYS * _DAY_MS,
            object_keys.CLAIMS: _CLAIM_DAYS * _DAY_MS,
            object_keys.ANSWER_MARKS: round(answer_days * _DAY_MS),
            object_keys.PROBES: _DAY_MS,
        }
        self._ready = ready
        self._loop = BackgroundLoop("object expiry", "removes old answers and probes from the store", self._turn)

    def start(self) -> None:
        """Start the loop."""
        self._loop.start()

    def stop(self) -> None:
        """Stop the loop after the current page of a list."""
        self._loop.stop(timeout_seconds=15)

    def expire(self) -> int:
        """Remove what is too old. Returns how many objects; 0 if another worker does it or did it today.

        Raises Unavailable and TimedOut; the next call goes on where this one was.
        """
        removed = 0
        with self._database.lock("object expiry") as taken:
            if not taken or now_ms() - int(self._flag(_DONE) or 0) < _DAY_MS:
                return 0
            for prefix, kept_ms in self._kept_ms.items():
                removed += self._expire(prefix, now_ms() - kept_ms)
            if not self._loop.stopping.is_set():
                self._set_flag(_DONE, str(now_ms()))
        if removed:
            _LOG.info("Old answers and probes were removed.", extra={"objects": removed})
        return removed

    def _expire(self, prefix: str, before_ms: int) -> int:
        removed, cursor = 0, self._flag(f"{_DONE} {prefix}")
        while not self._loop.stopping.is_set():
            page = list(islice(self._objects.written(prefix, after=cursor), _AT_ONCE))
            for one in page:
                if one.written_ms <= before_ms:
                    self._objects.remove(one.key)
                    removed += 1
            cursor = page[-1].key if len(page) == _AT_ONCE else ""
            self._set_flag(f"{_DONE} {prefix}", cursor)
            if not cursor:
                break
        return removed

    def _flag(self, name: str) -> str:
        with self._database.transaction() as transaction:
            row = transaction.row("read_flag", {"name": name})
        return "" if row is None else str(row["value"])

    def _set_flag(self, name: str, value: str) -> None:
        with self._database.transaction() as transaction:
            transaction.run("set_flag", {"name": name, "value": value})

    def _turn(self) -> float:
        if not self._ready():
            return 0.5
        try:
            self.expire()
        except WinnowError as error:
            _LOG.warning("Cannot remove old objects now; trying again later.", extra={"error": error.detail})
        return _LOOK_SECONDS
