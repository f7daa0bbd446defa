"""Whether a node is heard of: each sends index a sign of life once a minute, however idle it is."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from winnow_contracts.index_api.operators import JournalSummaryView

SILENT_AFTER = timedelta(seconds=150)
"""Index takes a node for gone after this time as well."""
FORGOTTEN_AFTER = timedelta(days=1)
"""A node that is silent for longer was taken away on purpose, and wants nobody any more."""


def state(journal: JournalSummaryView, now: datetime) -> str:
    """Returns ``replaced`` by a newer journal of its node, ``silent``, or ``in use``."""
    if journal.lost_at is not None:
        return "replaced"
    return "silent" if _silence(journal, now) > SILENT_AFTER else "in use"


def lately_silent(journals: Iterable[JournalSummaryView], now: datetime) -> list[JournalSummaryView]:
    """Returns the journals whose nodes went silent within a day."""
    return [one for one in journals if state(one, now) == "silent" and _silence(one, now) < FORGOTTEN_AFTER]


def _silence(journal: JournalSummaryView, now: datetime) -> timedelta:
    return timedelta.max if journal.seen_at is None else now - datetime.fromisoformat(journal.seen_at)
