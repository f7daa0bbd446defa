"""Keeps the response cache to its size: counts the AI answers in the store, and removes the oldest above it."""

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from winnow_base.objects.store import ObjectStore, Written
from winnow_contracts import object_keys
from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.response_cache import KeptAnswers
from winnow_index.database import Database
from winnow_index.store.kept_answers import note_kept_answers
from winnow_index.views import instant, instant_or_none

_HOUR_MS = 3_600_000


class ResponseCacheBound:
    """Counts and removes. It holds one number for each hour in which an answer was written, however many there are.

    With ``limit_bytes`` 0 nothing is removed.
    """

    def __init__(self, database: Database, objects: ObjectStore, *, limit_bytes: int) -> None:
        self._database = database
        self._objects = objects
        self._limit_bytes = limit_bytes

    def keep(self, stopping: threading.Event) -> Mapping[str, Any]:
        """Count the answers of all tenants, remove the oldest above the limit, note what is left; returns the counts.

        ``stopping`` ends it early, and then nothing is noted. Raises Unavailable and TimedOut.
        """
        held, bytes_of_hour, removed = _Held(), Counter[int](), 0
        for one in self._answers(stopping):
            held.add(one)
            bytes_of_hour[_hour(one)] += one.size_bytes
        if self._limit_bytes and held.size_bytes > self._limit_bytes:
            held, removed = self._remove_oldest(held.size_bytes - self._limit_bytes, bytes_of_hour, stopping)
        if not stopping.is_set():
            note_kept_answers(
                self._database,
                KeptAnswers(
                    counted_at=instant(now_ms()),
                    answers=held.answers,
                    size_bytes=held.size_bytes,
                    oldest_at=instant_or_none(held.oldest_ms),
                    limit_bytes=self._limit_bytes,
                ),
            )
        return {"answers": held.answers, "size_bytes": held.size_bytes, "removed": removed}

    def _remove_oldest(
        self, excess_bytes: int, bytes_of_hour: Mapping[int, int], stopping: threading.Event
    ) -> tuple["_Held", int]:
        """Remove ``excess_bytes`` of answers, the oldest hours first; returns what is left, and how many went."""
        held, removed = _Held(), 0
        last_hour, left_bytes = _last_hour(excess_bytes, bytes_of_hour)
        for one in self._answers(stopping):
            of_last = _hour(one) == last_hour and left_bytes > 0
            if _hour(one) < last_hour or of_last:
                self._objects.remove(one.key)
                removed += 1
                left_bytes -= one.size_bytes if of_last else 0
            else:
                held.add(one)
        return held, removed

    def _answers(self, stopping: threading.Event) -> Iterator[Written]:
        for one in self._objects.written(object_keys.PAID_ANSWERS):
            if stopping.is_set():
                return
            yield one


class _Held:
    """What was counted: answers, their size, and when the oldest was written (Unix milliseconds)."""

    def __init__(self) -> None:
        self.answers = self.size_bytes = 0
        self.oldest_ms: int | None = None

    def add(self, one: Written) -> None:
        self.answers += 1
        self.size_bytes += one.size_bytes
        self.oldest_ms = min(one.written_ms, one.written_ms if self.oldest_ms is None else self.oldest_ms)


def _hour(one: Written) -> int:
    return one.written_ms // _HOUR_MS


def _last_hour(excess_bytes: int, bytes_of_hour: Mapping[int, int]) -> tuple[int, int]:
    """The youngest hour of which something has to go, and how many bytes of it."""
    for hour in sorted(bytes_of_hour):
        if bytes_of_hour[hour] >= excess_bytes:
            return hour, excess_bytes
        excess_bytes -= bytes_of_hour[hour]
    raise ValueError("less is kept than is to go")
