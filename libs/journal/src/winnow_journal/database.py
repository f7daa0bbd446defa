"""Opens the SQLite file of a journal; a corrupt one is set aside, never repaired in place."""

import logging
import sqlite3
import threading
import time
from importlib import resources
from pathlib import Path
from typing import Any

import peewee

from winnow_journal.values import JournalUnusable

_LOG = logging.getLogger(__name__)
_LATER_COLUMNS = (
    ("task_wal", "alone", "INTEGER NOT NULL DEFAULT 0"),
    ("task_wal", "deaths_alone", "INTEGER NOT NULL DEFAULT 0"),
    ("outbox", "again", "INTEGER NOT NULL DEFAULT 0"),
)
"""What journals of version 1 lack."""

_PRAGMAS = {
    "journal_mode": "wal",
    "wal_autocheckpoint": 1000,
    "busy_timeout": 10_000,
    "synchronous": "normal",
    "temp_store": "memory",
}


def open_database(path: Path) -> peewee.SqliteDatabase:
    """The journal's database with its tables. A file that SQLite can not read is renamed, and a fresh one begun."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _open(path)
    except (peewee.DatabaseError, sqlite3.DatabaseError, UnicodeDecodeError) as error:
        # SQLite quotes what it stumbles over: a damaged schema makes a sentence that is no text.
        words = str(error)
        if not isinstance(error, UnicodeDecodeError) and "malformed" not in words and "not a database" not in words:
            raise
        aside = _set_aside(path)
        _LOG.critical("The journal was corrupt and was set aside.", extra={"kept_as": str(aside), "error": str(error)})
        return _open(path)


class Reader:
    """One connection for reading, shared by all threads in turn: a journal's reads are short.

    Per-thread connections would stay open for as long as a thread lives, and leak when it ends.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._database = peewee.SqliteDatabase(str(path), pragmas=_PRAGMAS, thread_safe=False, check_same_thread=False)
        self._database.connect()

    def rows(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query. Raises JournalUnusable."""
        try:
            with self._lock:
                found: list[tuple[Any, ...]] = self._database.execute_sql(sql, parameters).fetchall()
                return found
        except (peewee.PeeweeException, sqlite3.Error) as error:
            raise JournalUnusable(f"the journal can not be read: {error}") from error

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._database.close()


def _open(path: Path) -> peewee.SqliteDatabase:
    database = peewee.SqliteDatabase(str(path), pragmas=_PRAGMAS)
    database.connect()
    try:
        check = database.execute_sql("PRAGMA quick_check(1)").fetchone()
        if check[0] != "ok":
            raise peewee.DatabaseError(f"malformed: {check[0]}")
        schema = resources.files("winnow_journal").joinpath("schema.sql").read_text(encoding="utf-8")
        database.connection().executescript(schema)
        for table, column, kind in _LATER_COLUMNS:
            if column not in {row[1] for row in database.execute_sql(f"PRAGMA table_info({table})").fetchall()}:
                database.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
    finally:
        database.close()
    return database


def _set_aside(path: Path) -> Path:
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    for suffix in ("-wal", "-shm", ""):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(part.with_name(f"{path.stem}.corrupt-{stamp}{path.suffix}{suffix}"))
    return path.with_name(f"{path.stem}.corrupt-{stamp}{path.suffix}")
