"""Counts the attempts of this process, for its metrics and its heartbeats."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from winnow_base import metrics
from winnow_contracts.heartbeats import TaskFigures
from winnow_contracts.states import Outcome
from winnow_journal.values import AttemptResult

_FAILED = frozenset({Outcome.FAILED, Outcome.TIMEOUT, Outcome.DIED})


class TaskCounts:
    """The attempts that run and that ended since the start. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._active = self._processed = self._failed = 0

    @contextmanager
    def running(self, actor: str) -> Iterator[None]:
        """Count an attempt as running for the length of the block."""
        self._add_active(1)
        try:
            with metrics.TASKS_RUNNING.labels(actor).track_inprogress():
                yield
        finally:
            self._add_active(-1)

    def ended(self, actor: str, ending: AttemptResult) -> None:
        """Count an attempt that ended."""
        metrics.TASKS.labels(actor, ending.outcome.value).inc()
        metrics.TASK_DURATION.labels(actor).observe(ending.duration_ms / 1000)
        with self._lock:
            self._processed += 1
            self._failed += ending.outcome in _FAILED

    def figures(self) -> TaskFigures:
        """The counts now."""
        with self._lock:
            return TaskFigures(active=self._active, processed=self._processed, failed=self._failed)

    def _add_active(self, change: int) -> None:
        with self._lock:
            self._active += change
