"""Copies a journal as it is at one moment, also while processes work with it."""

import argparse
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from winnow_contracts.errors import NotFound
from winnow_journal.inspect.view import open_view
from winnow_journal.values import Flag, JournalUnusable

_NUMBERS_SKIPPED = 1_000_000_000
"""Numbers that the copy leaves to the journal's own node, which skips a million at each start and may start often until
the database is saved that the copy is restored with. Index takes events with numbers that it knows for known ones."""


def copy_journal(folder: Path, file: Path) -> None:
    """Copy the journal in ``folder`` into ``file``, which is replaced, and check the copy.

    SQLite's backup takes all pages in one read transaction: the journal's writers go on. What is written with the copy
    later has other numbers than what its node writes meanwhile. Raises NotFound, and
    JournalUnusable if the journal is damaged, only a newer version can read it, or the copy cannot be written.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    with open_view(folder) as view:
        path = view.folder / "journal.db"
    try:
        os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with (
            closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as journal,
            closing(sqlite3.connect(fresh)) as copy,
        ):
            journal.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, with no log beside it
            (verdict,) = copy.execute("PRAGMA quick_check(1)").fetchone()
            named = copy.execute("SELECT 1 FROM journal_meta WHERE name = ?", (Flag.JOURNAL_ID,)).fetchone()
            with copy:
                copy.execute("UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'outbox'", (_NUMBERS_SKIPPED,))
    except (sqlite3.Error, OSError) as error:
        raise JournalUnusable(f"the journal in {path.parent} cannot be copied: {error}") from error
    if verdict != "ok" or not named:
        raise JournalUnusable(f"the journal in {path.parent} is damaged: {verdict}")
    fresh.replace(file)


def main() -> None:
    """``python -m winnow_journal.inspect.copy FOLDER FILE``: where only a node's own image is at hand."""
    parser = argparse.ArgumentParser(description="Copies a journal as it is at one moment.")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="of a node's data, or of its journal")
    parser.add_argument("file", type=Path, metavar="FILE", help="the copy, which is replaced")
    arguments = parser.parse_args()
    try:
        copy_journal(arguments.folder, arguments.file)
    except (NotFound, JournalUnusable) as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
