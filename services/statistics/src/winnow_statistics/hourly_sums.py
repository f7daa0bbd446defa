"""Sums what ended in whole hours, so that statistics of millions of tasks read a few rows."""

import threading
import time
from collections.abc import Mapping
from typing import Any

from winnow_contracts.envelope import now_ms
from winnow_index.database import Database
from winnow_index.schedules.schedule import Schedule
from winnow_index.schedules.scheduler import Work
from winnow_index.schedules.table import HOURLY_SUMS
from winnow_index.worker_parts import WorkerParts

_HOUR_MS = 3_600_000
_LATE_MS = 300_000
"""How long after an hour it is summed: what ends late in it is mostly known by then."""
_KEPT_MS = 92 * 24 * _HOUR_MS
"""How far back hours are summed: what is older is counted when it is asked for."""


def work(parts: WorkerParts) -> tuple[Schedule, Work]:
    """The schedule ``hourly-sums`` and its work. Index's worker finds them by their entry point."""
    sums = HourlySums(parts.database)

    def sum_hours(stopping: threading.Event, fire_ms: int) -> Mapping[str, Any]:
        return {"hours": sums.renew(stopping)}

    return HOURLY_SUMS, sum_hours


class HourlySums:
    """Keeps the sums of hours that are over. A trigger of PostgreSQL tells which of them have changed since."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def renew(self, stopping: threading.Event | None = None) -> int:
        """Sum what is missing or stale, newest first, each hour in a transaction. Returns how many hours were summed.

        It takes half of one connection, and nothing if another node does it; ``stopping`` ends it after an hour.
        Raises Unavailable and TimedOut; what was not summed stays stale and is counted when it is asked for.
        """
        stopping = stopping or threading.Event()
        with self._database.lock("hourly sums") as taken:
            if not taken:
                return 0
            now = now_ms()
            with self._database.transaction() as transaction:
                over_ms = (now - _LATE_MS) // _HOUR_MS * _HOUR_MS
                oldest_ms = (now - _KEPT_MS) // _HOUR_MS * _HOUR_MS
                transaction.run("list_hours", {"over_ms": over_ms, "oldest_ms": oldest_ms})
            summed, before_ms = 0, now
            while not stopping.is_set():
                began = time.monotonic()
                hour_ms = self._sum_newest(before_ms)
                if hour_ms is None:
                    break
                summed, before_ms = summed + 1, hour_ms
                stopping.wait(time.monotonic() - began)  # nobody waits for this, and others do for PostgreSQL
        return summed

    def _sum_newest(self, before_ms: int) -> int | None:
        """Sum the newest stale hour before a time; returns when it begins, None if there is none."""
        with self._database.transaction() as transaction:
            row = transaction.row("take_stale_hour", {"before_ms": before_ms})
            if row is None:
                return None
            # A statement of its own: it sees what was changed while the one before waited for the hour.
            transaction.run("sum_task_hour", row)
            transaction.run("sum_node_hour", row)
        return int(row["hour_ms"])
