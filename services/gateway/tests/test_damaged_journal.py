"""``winnow-gateway`` with a journal file damaged while it serves: its processes end, new ones start a fresh journal."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from winnow_journal.inspect.view import open_view

from .test_program import running, until

PAGE_BYTES = 4096


def damage(journal: Path) -> None:
    """Writes noise into every page but the first; no process has any of these pages in memory any more."""
    with closing(sqlite3.connect(journal)) as connection:
        connection.execute("INSERT INTO sync_log VALUES (1, 1, 1)")
        connection.commit()
        assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    with journal.open("r+b") as file:
        file.seek(PAGE_BYTES)
        file.write(b"noise" * ((journal.stat().st_size - PAGE_BYTES) // 5))


def test_its_processes_go_on_with_a_fresh_journal(tmp_path: Path, index: Any, key: Any, give_keys: Any) -> None:
    give_keys((key, "default", ["read"], False))
    index.answers["/internal/v1/jobs"] = {"items": [], "next_cursor": None}
    journal = tmp_path / "gateway" / "journal" / "journal.db"
    with running(tmp_path / "gateway", index.url, key.text()) as program:
        until(lambda: all(program.ask("/v1/jobs")[0] == 200 for _ in range(10)))
        until(lambda: living(journal.parent) == 2)
        with open_view(journal.parent) as view:
            before = view.summary().journal_id
        damage(journal)

        def serves_again() -> bool:
            try:
                answers = [program.ask("/v1/jobs")[0] for _ in range(20)]
            except OSError:  # a process that ends closes its connections
                return False
            assert set(answers) <= {200, 503}
            return set(answers) == {200}

        until(lambda: not serves_again())
        until(serves_again, seconds=60)
        until(lambda: living(journal.parent) == 2)
        with open_view(journal.parent) as view:
            assert view.summary().journal_id != before
        assert len(list(journal.parent.glob("journal.corrupt-*.db"))) == 1, "a fresh journal was set aside too"
        assert all(program.ask("/v1/jobs")[0] == 200 for _ in range(20))


def living(folder: Path) -> int:
    with open_view(folder) as view:
        return view.summary().living
