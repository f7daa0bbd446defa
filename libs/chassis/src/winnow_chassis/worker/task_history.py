"""Task history: asks index what became of a task that this node has no record of, so that no duplicate runs."""

import logging
import threading
import time

from winnow_base.http.internal_clients import IndexClient
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.errors import Unavailable, WinnowError
from winnow_contracts.index_api.nodes import ReadPast
from winnow_contracts.task_history import TaskHistory

_LOG = logging.getLogger(__name__)


PATIENCE_SECONDS = 30.0
"""How long messages that were published again wait for an index that is away, once for each outage."""
_BETWEEN_SECONDS = 0.5
_SETTLING_MS = 5_000
"""How old a message that was published again must be before index is asked about it. By then index knows what became of
the copy before."""


class TaskHistoryClient:
    """Asks index what happened to a task. If index cannot answer, we assume nothing; the task may then run twice.

    A message that was published again waits for index, up to ``patience_seconds``: most of these tasks have run, and
    only index knows. It also waits until it is five seconds old, so that the copy before it has been told of. Safe for
    threads.
    """

    def __init__(
        self,
        index: IndexClient,
        journal_id: str,
        stopping: threading.Event,
        *,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._index = index
        self._journal_id = journal_id
        self._stopping = stopping
        self._patience_seconds = patience_seconds
        self._silent_since: float | None = None
        self._last_silence = 0.0

    def lookup(self, envelope: Envelope, *, redelivered: bool) -> TaskHistory:
        """Index's history of the task; empty if index cannot answer.

        ``redelivered``: the broker delivered this copy before.
        """
        self._stopping.wait(_unsettled_seconds(envelope))
        began = time.monotonic()
        while True:
            try:
                past = self._ask(envelope, redelivered=redelivered)
            except Unavailable as error:
                if not (envelope.possible_duplicate and self._is_patient(began)):
                    return _unknown(error)
                self._stopping.wait(_BETWEEN_SECONDS)
            except WinnowError as error:
                return _unknown(error)
            else:
                self._silent_since = None
                return past

    def _ask(self, envelope: Envelope, *, redelivered: bool) -> TaskHistory:
        question = ReadPast(
            task_id=envelope.task_id,
            job_id=envelope.command.job_id,
            run=envelope.run,
            retry=envelope.retry,
            journal_id=self._journal_id,
            # A redelivered copy may be the only one left, because its first receiver never acked it. So the claim of
            # another journal that it holds what follows is not enough.
            possible_duplicate=envelope.possible_duplicate and not redelivered,
        )
        return self._index.ask(question)

    def _is_patient(self, began: float) -> bool:
        """Whether a lookup that began at ``began`` may wait longer. All threads share the wait for one outage."""
        now = time.monotonic()
        if self._silent_since is None or now - self._last_silence > self._patience_seconds:
            self._silent_since = now
        self._last_silence = now
        waited = now - min(began, self._silent_since)
        return waited < self._patience_seconds and not self._stopping.is_set()


def _unsettled_seconds(envelope: Envelope) -> float:
    """How long index may still lack what happened to the task before this copy was published."""
    if not envelope.again_ms:
        return 0.0
    # The sender's clock may be ahead: that must not hold a thread for longer.
    left_ms = min(envelope.again_ms + _SETTLING_MS - now_ms(), _SETTLING_MS)
    return max(0, left_ms) / 1000


def _unknown(error: Exception) -> TaskHistory:
    _LOG.info("Index cannot say what became of a task.", extra={"error": str(error)})
    return TaskHistory()
