import contextlib
import json
import sqlite3
from pathlib import Path

import pytest

from winnow_journal.journal import SqliteJournal

KEPT = Path(__file__).parent / "eba3d7a"


@pytest.fixture
def kept():
    """Reads one of the kept JSON files."""
    return lambda name: json.loads((KEPT / name).read_text(encoding="utf-8"))


@pytest.fixture
def kept_sql():
    """Reads one of the kept dumps."""
    return lambda name: (KEPT / name).read_text(encoding="utf-8")


@pytest.fixture
def old_journal(kept_sql, tmp_path):
    """Opens the old journal, each time a fresh copy of it; its processes are all dead."""
    with contextlib.ExitStack() as opened:
        copies = 0

        def fresh():
            nonlocal copies
            copies += 1
            folder = tmp_path / str(copies)
            folder.mkdir()
            with contextlib.closing(sqlite3.connect(folder / "journal.db")) as made:
                made.executescript(kept_sql("journal.sql"))
            journal = SqliteJournal(folder, "media-1")
            opened.callback(journal.close)
            return journal

        yield fresh
