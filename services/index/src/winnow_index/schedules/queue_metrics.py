"""Exports the newest queue statistics and the number of dead tasks as metrics."""

import logging
from collections.abc import Callable

from winnow_base import metrics
from winnow_base.background import BackgroundLoop
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import WinnowError
from winnow_index.database import Database

_LOG = logging.getLogger(__name__)
_EVERY_SECONDS = 30.0
_NEWEST_MS = 180_000
"""What was counted longer ago than this is not exported: the schedule that counts each minute does not run."""


class QueueMetrics:
    """A background part of every index worker: each exports the same, so that any of them tells of the whole fleet.

    It works once ``ready``. Lanes whose figures are unknown have no series.
    """

    def __init__(self, database: Database, *, ready: Callable[[], bool] = lambda: True) -> None:
        self._database = database
        self._ready = ready
        self._loop = BackgroundLoop("queue metrics", "exports how deep the lanes are", self._turn)

    def start(self) -> None:
        """Start the loop."""
        self._loop.start()

    def stop(self) -> None:
        """Stop the loop; what was exported last stands."""
        self._loop.stop()

    def look(self) -> None:
        """Set the metrics. Raises Unavailable and TimedOut; then no lane has a series."""
        try:
            with self._database.transaction() as transaction:
                newest = transaction.rows("read_newest_queue_stats", {"since_ms": now_ms() - _NEWEST_MS})
                dead = transaction.row("count_dead", {})
        finally:
            metrics.QUEUE_DEPTH.clear()
            metrics.QUEUE_UNACKED.clear()
            metrics.QUEUE_OLDEST_AGE.clear()
        for row in newest:
            metrics.QUEUE_DEPTH.labels(row["queue"]).set(row["ready"])
            if row["unacked"] is not None:  # no node of the lane has said lately what it holds
                metrics.QUEUE_UNACKED.labels(row["queue"]).set(row["unacked"])
            metrics.QUEUE_OLDEST_AGE.labels(row["queue"]).set((row["oldest_ms"] or 0) / 1000)
        assert dead is not None
        metrics.TASKS_DEAD.set(dead["tasks"])

    def _turn(self) -> float:
        if not self._ready():
            return 0.5
        try:
            self.look()
        except WinnowError as error:
            _LOG.warning("Queues cannot be counted now; trying again.", extra={"error": error.detail})
        return _EVERY_SECONDS
