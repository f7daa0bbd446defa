"""Folds a journal's write-ahead log into its database file, also while a process works with it."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from winnow_journal.inspect.view import journal_folder, open_view
from winnow_journal.integrity import corrupt_marker
from winnow_journal.values import JournalUnusable

_WAITS_SECONDS = 10.0
"""How long to wait for the present write and for readers of the log. The node's own writes wait meanwhile."""


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """The size of the write-ahead log in bytes before and after."""

    wal_bytes_before: int
    wal_bytes_after: int


def checkpoint(folder: Path) -> Checkpoint:
    """Fold the log of the journal in ``folder``, as its node does each hour. SQLite's locks keep the two apart.

    The log of a journal that no process owns is gone afterwards. Raises NotFound, and JournalUnusable if the file is
    damaged, only a newer version can read it, or another process keeps reading or writing.
    """
    file = journal_folder(folder) / "journal.db"
    if corrupt_marker(file).exists():
        raise JournalUnusable(f"the journal in {file.parent} is damaged; its node sets it aside at its next start")
    with open_view(folder) as view:
        before_bytes = view.summary().wal_bytes
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=_WAITS_SECONDS)) as connection:
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        raise JournalUnusable(f"the journal in {file.parent} cannot be folded: {error}") from error
    if busy:
        raise JournalUnusable(f"the journal in {file.parent} was in use for {_WAITS_SECONDS:g} s; try again")
    log = file.with_name("journal.db-wal")
    return Checkpoint(wal_bytes_before=before_bytes, wal_bytes_after=log.stat().st_size if log.exists() else 0)
