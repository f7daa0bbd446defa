"""The one connection that writes a journal.

Whoever comes first commits all waiting work together, with one fsync if any of it must be durable.
"""

import contextlib
import itertools
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import peewee

from winnow_contracts.failpoints import failpoint
from winnow_journal.integrity import IntegrityGuard
from winnow_journal.values import JournalUnusable

T = TypeVar("T")
Execute = Callable[..., sqlite3.Cursor]
_MOST_AT_ONCE = 256


class _Work:
    """A function to commit, and the lock at which its thread waits. ``ended``: it has its result, or its error."""

    def __init__(self, run: Callable[[Execute], Any], *, durable: bool) -> None:
        self.run = run
        self.durable = durable
        self.result: Any = None
        self.error: BaseException | None = None
        self.ended = False
        self.woken = threading.Lock()
        self.woken.acquire()

    def end(self, result: Any = None, error: BaseException | None = None) -> None:
        """Keep what its thread is told once that is woken."""
        self.result, self.error, self.ended = result, error, True


class Writer:
    """Runs functions of the database inside group-committed transactions, in order of arrival.

    The calling threads do it, one at a time, as leader: it commits its own function and those of the threads that wait,
    then wakes them, and the first that has come meanwhile leads next. A thread of its own would have to be woken for
    each commit. A function may be run twice: where another of its batch fails, all are undone and each is run again by
    itself. ``observe`` is called with the seconds that each durable commit took.
    """

    def __init__(
        self, database: peewee.SqliteDatabase, observe: Callable[[float], None] = lambda seconds: None
    ) -> None:
        self._database = database
        self._observe = observe
        self._synchronous = ""
        self._lock = threading.Lock()
        self._waiting: deque[_Work] = deque()  # the first one's thread leads
        self._database.connect(reuse_if_open=True)
        # The connection itself: it keeps the statements it compiled. peewee would ask for a cursor for each.
        self._connection: sqlite3.Connection = database.connection()
        # Check before every commit that the file is in its place: a commit to a renamed file would promise what nobody
        # keeps.
        self._soundness = IntegrityGuard(Path(database.database), look_seconds=0)

    def write(self, run: Callable[[Execute], T], *, durable: bool) -> T:
        """Return the result of ``run`` once it is committed, and on disk if ``durable``.

        Raises JournalUnusable, or what ``run`` raised.
        """
        work = _Work(run, durable=durable)
        with self._lock:
            self._waiting.append(work)
            leads = len(self._waiting) == 1
        if not leads:
            work.woken.acquire()
        if not work.ended:
            self._lead()
        if work.error is not None:
            raise work.error
        result: T = work.result
        return result

    def close(self) -> None:
        """Commit what waits, then close the file. Later writes raise JournalUnusable."""
        with contextlib.suppress(JournalUnusable):  # nobody's work is lost with this one
            self.write(lambda execute: None, durable=False)
        self._database.close()

    def _lead(self) -> None:
        with self._lock:
            batch = list(itertools.islice(self._waiting, _MOST_AT_ONCE))
        try:
            self._commit(batch)
        finally:
            with self._lock:
                for _ in batch:
                    self._waiting.popleft()
                to_wake = [*batch[1:], *itertools.islice(self._waiting, 1)]
            for work in to_wake:
                work.woken.release()

    def _commit(self, batch: list[_Work]) -> None:
        durable = any(work.durable for work in batch)
        began = time.perf_counter()
        try:
            self._soundness.check()
            results = self._together(batch, durable=durable)
        except _FunctionFailed as failed:
            self._apart(batch, failed)
            return
        except Exception as error:  # noqa: BLE001 - whatever it is, every waiting thread must hear of it
            for work in batch:
                work.end(error=self._soundness.judge(_first(error), doing="written"))
            return
        except BaseException:
            for work in batch:
                work.end(error=JournalUnusable("the thread that was to commit this was interrupted"))
            raise
        if durable:
            failpoint("journal.committed")
            self._observe(time.perf_counter() - began)
        for work, result in zip(batch, results, strict=True):
            work.end(result)

    def _apart(self, batch: list[_Work], failed: "_FunctionFailed") -> None:
        """Commit each function of an undone batch by itself, so that the failure of one does not undo the others."""
        if len(batch) == 1:
            batch[0].end(error=failed.error)
            return
        for work in batch:
            self._commit([work])

    def _together(self, batch: list[_Work], *, durable: bool) -> list[Any]:
        """Run the functions in one transaction; returns their results. Nothing is committed if it raises."""
        connection = self._connection
        self._set_synchronous("FULL" if durable else "NORMAL")
        connection.execute("BEGIN IMMEDIATE")
        try:
            results = [_run_one(work, connection.execute) for work in batch]
            if durable:
                failpoint("journal.committing")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # SQLite has often rolled back already
                connection.execute("ROLLBACK")
            raise
        return results

    def _set_synchronous(self, mode: str) -> None:
        if mode != self._synchronous:
            self._connection.execute(f"PRAGMA synchronous = {mode}")
            self._synchronous = mode


class _FunctionFailed(Exception):
    """A function raised an error of its own; the database is sound."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error


def _run_one(work: _Work, execute: Execute) -> Any:
    try:
        return work.run(execute)
    except (peewee.DatabaseError, sqlite3.Error, UnicodeDecodeError):
        raise
    except Exception as error:
        raise _FunctionFailed(error) from error


def _first(error: BaseException) -> BaseException:
    """The first error. SQLite has often rolled back already, so that a second rollback fails too and hides it."""
    while error.__context__ is not None:
        error = error.__context__
    return error
