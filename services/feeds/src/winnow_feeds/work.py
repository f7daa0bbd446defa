"""What this package does in index's worker, which finds it by its entry point."""

import threading
from collections.abc import Mapping
from typing import Any

from winnow_feeds.begin import begin_looks
from winnow_index.schedules.schedule import Schedule
from winnow_index.schedules.scheduler import Work
from winnow_index.schedules.table import FEEDS
from winnow_index.worker_parts import WorkerParts


def feeds(parts: WorkerParts) -> tuple[Schedule, Work]:
    """The schedule ``feeds`` and its work: feeds that are due are looked at."""

    def begin(stopping: threading.Event, fire_ms: int) -> Mapping[str, Any]:
        with parts.database.transaction() as transaction:
            return {"looks": begin_looks(transaction)}

    return FEEDS, begin
