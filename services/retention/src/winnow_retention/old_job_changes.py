"""Drops changes of jobs that are told to nobody any more (docs/decisions/0092)."""

import threading

from winnow_contracts.envelope import now_ms
from winnow_index.database import Database

_KEPT_MS = 2 * 86_400_000
"""How long the changes of jobs are kept, which is longer than clients may go back."""
_AT_ONCE = 10_000
"""A slice is one short transaction: what ends after it began is told to nobody before it has ended, too."""


def drop_old(database: Database, stopping: threading.Event) -> int:
    """Drop all that are due; returns how many. ``stopping`` ends it after the current slice.

    Raises Unavailable and TimedOut; what was not dropped stays due.
    """
    due = {"before_ms": now_ms() - _KEPT_MS, "limit": _AT_ONCE}
    dropped = 0
    while not stopping.is_set():
        with database.transaction() as transaction:
            gone = transaction.run("drop_old_job_changes", due)
        dropped += gone
        if gone < _AT_ONCE:
            break
    return dropped
