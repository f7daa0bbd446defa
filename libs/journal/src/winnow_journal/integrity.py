"""Integrity of a journal's file: a corrupt one is left at once, and marked so that the next process sets it aside."""

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
    """What one connection knows of its file. Made once the connection is open.

    Whether the file still lies in its place is looked at every ``look_seconds`` at most.

    A page is read when it is needed, so damage may show long after the opening, and not to every query. Once it did,
    nothing is read or written any more: what a corrupt file takes in may be gone, and what it tells may be wrong.
    """

    def __init__(self, path: Path, *, look_seconds: float) -> None:
        self._path = path
        self._look_seconds = look_seconds
        self._next_look = 0.0
        self._fault = ""
        self._file: tuple[int, int] | None = None
        with suppress(OSError):  # a disk that fails: the first look finds a file that it does not know
            self._file = _identity(path)

    def check(self) -> None:
        """Raise JournalCorrupt if the file was found corrupt, or another lies in its place (it was set aside).

        Raises JournalUnusable where that cannot be told.
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
        """What to raise for an error of SQLite while ``doing`` (read, written): JournalCorrupt if it means damage."""
        if isinstance(error, JournalUnusable):
            return error
        if not is_damage(error):
            return JournalUnusable(f"the journal cannot be {doing}: {error}")
        if not self._fault:
            if _identity(self._path) == self._file:  # a fresh one in its place has no part in this
                mark(self._path, str(error))
            self._mark_corrupt(str(error))
        return JournalCorrupt(f"the journal cannot be {doing}: {error}")

    def _mark_corrupt(self, fault: str) -> None:
        self._fault = fault
        _LOG.critical("The journal's file cannot be trusted; it is used no more.", extra={"error": fault})


def is_damage(error: BaseException) -> bool:
    """Whether SQLite says by this error that the file is corrupt, or none of its own."""
    # SQLite quotes what it stumbles over: a damaged schema makes a sentence that is no text.
    if isinstance(error, UnicodeDecodeError) or "Could not decode to UTF-8" in str(error):
        return True
    raised_first = getattr(error, "orig", error)  # peewee has errors of its own, around SQLite's
    return getattr(raised_first, "sqlite_errorcode", 0) & _PRIMARY_CODE in _CORRUPT


def mark(path: Path, fault: str) -> None:
    """Have ``path`` set aside when it is opened next, even if a quick check finds nothing."""
    with suppress(OSError):  # a full disk; then the check at the next opening has to find it again
        corrupt_marker(path).write_text(fault, encoding="utf-8", errors="replace")


def corrupt_marker(path: Path) -> Path:
    """The file that says that ``path`` is corrupt, and why."""
    return path.with_name(f"{path.name}-corrupt")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
