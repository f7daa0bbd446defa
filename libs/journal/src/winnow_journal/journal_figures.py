"""Counts what waits in a journal and how large it is, for heartbeats and metrics."""

import shutil
import threading

from winnow_contracts.envelope import now_ms
from winnow_contracts.heartbeats import JournalFigures
from winnow_journal.journal import SqliteJournal
from winnow_journal.values import Clock

_PENDING = "kind = 'command' AND confirmed_ms IS NULL"
_UNAPPLIED = "kind = 'event' AND seq > ?"
_OLDEST = "SELECT created_ms FROM outbox WHERE {} ORDER BY seq LIMIT 1"


class JournalCounter:
    """Counts a journal's figures. Safe for threads.

    While index is away, unapplied events are many, and each reading counts only those that came since the last one.
    """

    def __init__(self, journal: SqliteJournal, clock: Clock = now_ms) -> None:
        self._journal = journal
        self._clock = clock
        self._lock = threading.Lock()
        self._applied_seq = self._counted_seq = -1
        self._unapplied = 0

    def figures(self) -> JournalFigures:
        """The journal's figures now. Raises JournalUnusable."""
        with self._lock:
            unapplied = self._count_unapplied()
        return JournalFigures(
            journal_id=self._journal.journal_id,
            pending=self._journal.count_unconfirmed(),
            oldest_pending_ms=self._age_ms(_PENDING),
            unapplied=unapplied,
            oldest_unapplied_ms=self._age_ms(_UNAPPLIED, self._applied_seq) if unapplied else 0,
            used_bytes=self._journal.used_bytes(),
            wal_bytes=self._journal.wal_bytes(),
            free_disk_bytes=shutil.disk_usage(self._journal.path.parent).free,
        )

    def _count_unapplied(self) -> int:
        applied_seq = self._journal.applied_seq
        if applied_seq != self._applied_seq:
            self._applied_seq = self._counted_seq = applied_seq
            self._unapplied = 0
        ((count, last_seq),) = self._journal.read(
            f"SELECT count(*), max(seq) FROM outbox WHERE {_UNAPPLIED}",  # noqa: S608 - ours
            (self._counted_seq,),
        )
        self._unapplied += count
        self._counted_seq = last_seq or self._counted_seq
        return self._unapplied

    def _age_ms(self, which: str, *parameters: int) -> int:
        found = self._journal.read(_OLDEST.format(which), parameters)
        return max(0, self._clock() - found[0][0]) if found else 0
