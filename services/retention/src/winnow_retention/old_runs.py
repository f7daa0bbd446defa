"""Drops runs of schedules: after a month, and sooner those of schedules that fire each minute."""

from winnow_index.database import Transaction
from winnow_index.schedules.table import SCHEDULES

KEEP_DAYS = 30
"""How long a run that failed is kept, and any whose schedule does not say."""
_DAY_MS = 86_400_000


def drop_old_runs(transaction: Transaction, at_ms: int) -> int:
    """Drop the runs that are old at ``at_ms``, in Unix milliseconds; returns how many."""
    kept_days = {one.name: one.keep_days or KEEP_DAYS for one in SCHEDULES}
    return transaction.run(
        "drop_old_runs",
        {
            "before_ms": at_ms - KEEP_DAYS * _DAY_MS,
            "schedules": list(kept_days),
            "befores_ms": [at_ms - days * _DAY_MS for days in kept_days.values()],
        },
    )
