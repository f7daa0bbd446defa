"""Exports how many deliveries have not ended, and the age of the oldest, as metrics."""

import logging
from collections.abc import Callable

from winnow_base import metrics
from winnow_base.background import BackgroundLoop
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import WinnowError
from winnow_index.database import Database
from winnow_index.worker_parts import WorkerParts

_LOG = logging.getLogger(__name__)
_EVERY_SECONDS = 30.0


class DeliveryMetrics:
    """A background part of every index worker: each exports the same, so that any of them tells of the whole fleet."""

    def __init__(self, database: Database, ready: Callable[[], bool]) -> None:
        self._database = database
        self._ready = ready
        self._loop = BackgroundLoop("webhook metrics", "exports how many deliveries wait", self._turn)

    def start(self) -> None:
        """Start the loop."""
        self._loop.start()

    def stop(self) -> None:
        """Stop the loop; what was exported last stands."""
        self._loop.stop()

    def look(self) -> None:
        """Set the metrics. Raises Unavailable and TimedOut."""
        with self._database.transaction() as transaction:
            found = transaction.row("count_pending_deliveries", {})
        assert found is not None
        metrics.WEBHOOK_PENDING.set(found["pending"])
        metrics.WEBHOOK_OLDEST_AGE.set((now_ms() - found["oldest_ms"]) / 1000 if found["pending"] else 0)

    def _turn(self) -> float:
        if not self._ready():
            return 0.5
        try:
            self.look()
        except WinnowError as error:
            _LOG.warning("Webhooks' deliveries cannot be counted now.", extra={"detail": error.detail})
        return _EVERY_SECONDS


def delivery_metrics(parts: WorkerParts) -> DeliveryMetrics:
    """The loop that exports them. Index's worker finds it by its entry point."""
    return DeliveryMetrics(parts.database, parts.ready)
