"""Departed journals: those that nobody ships from any more. What they left in the broker can go."""

from winnow_contracts.envelope import now_ms
from winnow_index.database import Database

_DAY_MS = 86_400_000
_AT_ONCE = 20


class DepartedJournalList:
    """The journals that another took the place of, and those silent for ``silent_days``. Methods raise Unavailable."""

    def __init__(self, database: Database, *, silent_days: float) -> None:
        self._database = database
        self._silent_ms = round(silent_days * _DAY_MS)

    def departed(self) -> list[str]:
        """Some of them whose sentinels were not removed since they were last heard of."""
        now = now_ms()
        asked = {"day_ago_ms": now - _DAY_MS, "before_ms": now - self._silent_ms, "limit": _AT_ONCE}
        with self._database.transaction() as transaction:
            return [row["journal_id"] for row in transaction.rows("list_departed", asked)]

    def sentinels_removed(self, journal_id: str) -> None:
        """Note that the journal's sentinels were removed."""
        with self._database.transaction() as transaction:
            transaction.run("note_sentinels_removed", {"journal_id": journal_id, "now_ms": now_ms()})
