"""Opens the SQLite file of a journal; a corrupt one is set aside, never repaired in place."""

import fcntl
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import peewee

from winnow_journal.integrity import IntegrityGuard, corrupt_marker, is_damage, mark

_LOG = logging.getLogger(__name__)
_LATER_COLUMNS = (
    ("task_wal", "alone", "INTEGER NOT NULL DEFAULT 0"),
    ("task_wal", "deaths_alone", "INTEGER NOT NULL DEFAULT 0"),
    ("outbox", "again", "INTEGER NOT NULL DEFAULT 0"),
)
"""What journals lack that were begun before these were thought of. They are looked for; no version tells of them."""

_LOOK_SECONDS = 1.0
"""How often a reader looks whether its file still lies in its place: reads are many, and a look costs as much."""

_PRAGMAS = {
    "journal_mode": "wal",
    "wal_autocheckpoint": 1000,
    "busy_timeout": 10_000,
    "synchronous": "normal",
    "temp_store": "memory",
}


def open_database(path: Path) -> peewee.SqliteDatabase:
    """The journal's database with its tables. A file that is corrupt or marked so is renamed, a fresh one begun."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(path):
        if corrupt_marker(path).exists():
            _set_aside(path, corrupt_marker(path).read_text(encoding="utf-8", errors="replace"))
        try:
            return _open(path)
        except (peewee.DatabaseError, sqlite3.DatabaseError, UnicodeDecodeError) as error:
            if not is_damage(error):
                raise
            # Marked first: after a crash between the renamings the next process must not take the rest for a journal.
            mark(path, str(error))
            _set_aside(path, str(error))
            return _open(path)


class _Malformed(sqlite3.DatabaseError):
    """A quick check found damage."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


class Reader:
    """One connection for reading, shared by all threads in turn: a journal's reads are short.

    Per-thread connections would stay open for as long as a thread lives, and leak when it ends.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._database = peewee.SqliteDatabase(str(path), pragmas=_PRAGMAS, thread_safe=False, check_same_thread=False)
        self._database.connect()
        self._soundness = IntegrityGuard(path, look_seconds=_LOOK_SECONDS)

    def rows(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query. Raises JournalUnusable."""
        self._soundness.check()
        try:
            with self._lock:
                found: list[tuple[Any, ...]] = self._database.execute_sql(sql, parameters).fetchall()
                return found
        except (peewee.PeeweeException, sqlite3.Error, UnicodeDecodeError) as error:
            raise self._soundness.judge(error, doing="read") from error

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
            raise _Malformed(check[0])
        schema = resources.files("winnow_journal").joinpath("schema.sql").read_text(encoding="utf-8")
        database.connection().executescript(schema)
        for table, column, kind in _LATER_COLUMNS:
            if column not in {row[1] for row in database.execute_sql(f"PRAGMA table_info({table})").fetchall()}:
                database.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
    finally:
        database.close()
    return database


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """The gateway's processes start together: none that finds a corrupt file may set aside the fresh one of another."""
    lock = os.open(path.with_name("opening.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _set_aside(path: Path, fault: str) -> None:
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    kept = path.with_name(f"{path.stem}.corrupt-{stamp}{path.suffix}")
    # The mark goes last: until then a crash is followed by another try.
    for part in (path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm"), path, corrupt_marker(path)):
        if part.exists():
            part.rename(part.with_name(part.name.replace(path.name, kept.name, 1)))
    _LOG.critical("The journal was corrupt and was set aside.", extra={"kept_as": str(kept), "error": fault})
