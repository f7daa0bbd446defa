"""Opens a journal's SQLite file. A corrupt file is renamed and kept, never repaired in place."""

import fcntl
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import peewee

from winnow_journal.integrity import IntegrityGuard, corrupt_marker, is_damage, mark
from winnow_journal.migrations import check_database, migrate

_LOG = logging.getLogger(__name__)
Parameters = tuple[Any, ...] | dict[str, Any]
"""Of a query: in the order of its question marks, or by name."""
_LOOK_SECONDS = 1.0
"""How often at most a reader checks that its file is still in its place. A check costs as much as a read, and reads are
many."""

_PRAGMAS = {
    "journal_mode": "wal",
    "wal_autocheckpoint": 1000,
    "busy_timeout": 10_000,
    "synchronous": "normal",
    "temp_store": "memory",
}


def open_database(path: Path) -> peewee.SqliteDatabase:
    """Open the journal's database and create its tables.

    A file that is corrupt or marked corrupt is renamed, and a fresh one is created. A file that only a newer version
    can read stays as it is. Raises Misconfigured for it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(path):
        if corrupt_marker(path).exists():
            _set_aside(path, corrupt_marker(path).read_text(encoding="utf-8", errors="replace"))
        try:
            return _open(path)
        except (peewee.DatabaseError, sqlite3.DatabaseError, UnicodeDecodeError) as error:
            if not is_damage(error):
                raise
            # Mark first. After a crash between the renames, the next process must not take what is left for a sound
            # journal.
            mark(path, str(error))
            _set_aside(path, str(error))
            return _open(path)


class _Malformed(sqlite3.DatabaseError):
    """A quick check found damage."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


class Reader:
    """One read connection that all threads share, one at a time. A journal's reads are short.

    A connection for each thread would stay open as long as its thread, and leak when the thread ends.
    """

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._database = _database(path)
        self._database.connect()
        self._soundness = IntegrityGuard(path, look_seconds=_LOOK_SECONDS)

    def rows(self, sql: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        """All rows of a query. Raises JournalUnusable if the file cannot be read."""
        self._soundness.check()
        try:
            with self._lock:
                # The connection itself: it keeps the statements it compiled.
                found: list[tuple[Any, ...]] = self._database.connection().execute(sql, parameters).fetchall()
                return found
        except (peewee.PeeweeException, sqlite3.Error, UnicodeDecodeError) as error:
            raise self._soundness.judge(error, doing="read") from error

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._database.close()


def _database(path: Path) -> peewee.SqliteDatabase:
    """The file, for one connection that any thread may use, one at a time."""
    return peewee.SqliteDatabase(str(path), pragmas=_PRAGMAS, thread_safe=False, check_same_thread=False)


def _open(path: Path) -> peewee.SqliteDatabase:
    database = _database(path)
    database.connect()
    try:
        check_database(database)  # first: a file that only a newer version can read is left as it is
        (verdict,) = database.execute_sql("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise _Malformed(verdict)
        migrate(database)
    finally:
        database.close()
    return database


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """Let one process at a time open the journal.

    The gateway's processes start together: one that finds a corrupt file must not rename the fresh file that another
    has just created.
    """
    lock = os.open(path.with_name("opening.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _set_aside(path: Path, fault: str) -> None:
    stamp = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
    kept = path.with_name(f"{path.stem}.corrupt-{stamp}{path.suffix}")
    # The mark is renamed last. After a crash before that, the next process finds the mark and tries again.
    for part in (path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm"), path, corrupt_marker(path)):
        if part.exists():
            part.rename(part.with_name(part.name.replace(path.name, kept.name, 1)))
    _LOG.critical("The journal was corrupt and was set aside.", extra={"kept_as": str(kept), "error": fault})
