"""Checks the integrity of a journal's file.

A node stops using a corrupt file at once, and marks it so that the next process renames it.
"""

import logging
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from winnow_journal.values import JournalCorrupt, JournalUnusable

_LOG = logging.getLogger(__name__)
_CORRUPT = frozenset((sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))
_PRIMARY_CODE = 0xFF


class IntegrityGuard:
    """Guards one connection against a corrupt or replaced file. Create it once the connection is open.

    It checks at most every ``look_seconds`` that the file is still in its place. SQLite reads a page only when it needs
    it, so damage may appear long after opening, and only to some queries. After the first sign of damage every read and
    write is refused: data written to a corrupt file may be lost, and data read from it may be wrong.
    """

    def __init__(self, path: Path, *, look_seconds: float) -> None:
        self._path = path
        self._look_seconds = look_seconds
        self._next_look = 0.0
        self._fault = ""
        self._file: tuple[int, int] | None = None
        with suppress(OSError):  # on a failing disk the first check then finds an unknown file
            self._file = _identity(path)

    def check(self) -> None:
        """Raise JournalCorrupt if the file was found corrupt, or was renamed so that another is in its place.

        Raises JournalUnusable if the check itself fails.
        """
        if not self._fault and time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + self._look_seconds
            try:
                moved = _identity(self._path) != self._file
            except OSError as error:
                raise JournalUnusable(f"the journal's file cannot be looked at: {error}") from error
            if moved:
                self._mark_corrupt("it was removed, or set aside by another process")
        if self._fault:
            raise JournalCorrupt(f"the journal's file cannot be trusted: {self._fault}")

    def judge(self, error: BaseException, *, doing: str) -> JournalUnusable:
        """The exception to raise for an error of SQLite while ``doing`` (read, written).

        It is JournalCorrupt if the error means damage.
        """
        if isinstance(error, JournalUnusable):
            return error
        if not is_damage(error):
            return JournalUnusable(f"the journal cannot be {doing}: {error}")
        if not self._fault:
            if _identity(self._path) == self._file:  # do not mark a fresh file that has replaced it
                mark(self._path, str(error))
            self._mark_corrupt(str(error))
        return JournalCorrupt(f"the journal cannot be {doing}: {error}")

    def _mark_corrupt(self, fault: str) -> None:
        self._fault = fault
        _LOG.critical("The journal's file cannot be trusted; this process stops using it.", extra={"error": fault})


def is_damage(error: BaseException) -> bool:
    """Whether this error means that the file is corrupt, or not an SQLite file at all."""
    # SQLite quotes what it cannot parse, so a damaged schema gives an error message that is not valid UTF-8.
    if isinstance(error, UnicodeDecodeError) or "Could not decode to UTF-8" in str(error):
        return True
    raised_first = getattr(error, "orig", error)  # peewee wraps SQLite's errors in its own
    return getattr(raised_first, "sqlite_errorcode", 0) & _PRIMARY_CODE in _CORRUPT


def mark(path: Path, fault: str) -> None:
    """Mark ``path`` as corrupt, so that the next process renames it even if a quick check finds nothing."""
    with suppress(OSError):  # the disk may be full; the check at the next opening must then find the damage again
        corrupt_marker(path).write_text(fault, encoding="utf-8", errors="replace")


def corrupt_marker(path: Path) -> Path:
    """The path of the marker file for ``path``; its text says why ``path`` is corrupt."""
    return path.with_name(f"{path.name}-corrupt")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
