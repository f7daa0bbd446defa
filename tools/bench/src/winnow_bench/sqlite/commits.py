"""The ways to commit a row: SQLite's own modes, and a journal, which commits together what waits."""

import contextlib
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from winnow_journal.journal import SqliteJournal
from winnow_journal.writer import Execute

ROW = "x" * 500
"""About what a row of the outbox holds."""
_TABLE = "CREATE TABLE commits (number INTEGER PRIMARY KEY, body TEXT NOT NULL)"
_INSERT = "INSERT INTO commits (body) VALUES (?)"


def commit_plainly(folder: Path, commits: int, *, mode: str, synchronous: str) -> None:
    """Commits one row at a time to a fresh file in ``folder``, with these two pragmas."""
    with contextlib.closing(sqlite3.connect(folder / "plain.db", isolation_level=None)) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute(_TABLE)
        for _ in range(commits):
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(_INSERT, (ROW,))
            connection.execute("COMMIT")


def commit_by_journal(folder: Path, commits: int, *, threads: int, durable: bool) -> None:
    """Writes as many rows by a fresh journal, from ``threads`` threads, each of which waits for its commit."""
    journal = SqliteJournal(folder, "bench@sqlite")
    try:
        journal.write(lambda execute: execute(_TABLE))
        with ThreadPoolExecutor(threads) as pool:
            for _ in pool.map(lambda _number: journal.write(_insert, durable=durable), range(commits)):
                pass
    finally:
        journal.close()


def _insert(execute: Execute) -> None:
    execute(_INSERT, (ROW,))


WAYS: dict[str, Callable[[Path, int], None]] = {
    "rollback journal, FULL": partial(commit_plainly, mode="delete", synchronous="full"),
    "WAL, FULL": partial(commit_plainly, mode="wal", synchronous="full"),
    "WAL, NORMAL": partial(commit_plainly, mode="wal", synchronous="normal"),
    "journal, durable, 1 thread": partial(commit_by_journal, threads=1, durable=True),
    "journal, durable, 8 threads": partial(commit_by_journal, threads=8, durable=True),
    "journal, not durable, 8 threads": partial(commit_by_journal, threads=8, durable=False),
}
"""Each way by its name: called with an empty folder and the number of commits. The first is SQLite's default."""
