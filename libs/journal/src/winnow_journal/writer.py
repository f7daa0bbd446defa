"""The one thread that writes a journal.

It commits all waiting work together, with one fsync if any of it must be durable.
"""

import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import peewee

from winnow_contracts.failpoints import failpoint
from winnow_journal.integrity import IntegrityGuard

T = TypeVar("T")
Execute = Callable[..., sqlite3.Cursor]
_MOST_AT_ONCE = 256


@dataclass(frozen=True)
class _Work:
    run: Callable[[Execute], Any]
    durable: bool
    done: Future[Any]


class Writer:
    """Runs functions of the database inside group-committed transactions, in order of arrival.

    A function may be run twice: where another of its batch fails, all are undone and each is run again by itself.
    No interrupt can reach the thread, so a time limit or a shutdown never breaks a commit. ``observe`` is called with
    the seconds that each durable commit took.
    """

    def __init__(
        self, database: peewee.SqliteDatabase, observe: Callable[[float], None] = lambda seconds: None
    ) -> None:
        self._database = database
        self._observe = observe
        self._synchronous = ""
        self._work: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="journal-writer", daemon=True)
        self._thread.start()

    def write(self, run: Callable[[Execute], T], *, durable: bool) -> T:
        """Return the result of ``run`` once it is committed, and on disk if ``durable``.

        Raises JournalUnusable, or what ``run`` raised.
        """
        done: Future[T] = Future()
        self._work.put(_Work(run, durable, done))
        return done.result()

    def close(self) -> None:
        """Commit what waits, then end."""
        self._work.put(None)
        self._thread.join()

    def _run(self) -> None:
        self._database.connect(reuse_if_open=True)
        # Check before every commit that the file is in its place: a commit to a renamed file would promise what nobody
        # keeps.
        soundness = IntegrityGuard(Path(self._database.database), look_seconds=0)
        while True:
            batch, ended = self._gather()
            if batch:
                self._commit(batch, soundness)
            if ended:
                self._database.close()
                return

    def _gather(self) -> tuple[list[_Work], bool]:
        first = self._work.get()
        if first is None:
            return [], True
        batch = [first]
        while len(batch) < _MOST_AT_ONCE:
            try:
                work = self._work.get_nowait()
            except queue.Empty:
                break
            if work is None:
                return batch, True
            batch.append(work)
        return batch, False

    def _commit(self, batch: list[_Work], soundness: IntegrityGuard) -> None:
        durable = any(work.durable for work in batch)
        began = time.perf_counter()
        try:
            soundness.check()
            results = self._together(batch, durable=durable)
        except _FunctionFailed as failed:
            self._apart(batch, failed, soundness)
            return
        except Exception as error:  # noqa: BLE001 - without this thread every caller would wait for ever
            for work in batch:
                work.done.set_exception(soundness.judge(_first(error), doing="written"))
            return
        if durable:
            failpoint("journal.committed")
            self._observe(time.perf_counter() - began)
        for work, result in zip(batch, results, strict=True):
            work.done.set_result(result)

    def _apart(self, batch: list[_Work], failed: "_FunctionFailed", soundness: IntegrityGuard) -> None:
        """Commit each function of an undone batch by itself, so that the failure of one does not undo the others."""
        if len(batch) == 1:
            batch[0].done.set_exception(failed.error)
            return
        for work in batch:
            self._commit([work], soundness)

    def _together(self, batch: list[_Work], *, durable: bool) -> list[Any]:
        """Run the functions in one transaction; returns their results. Nothing is committed if it raises."""
        # The connection itself: it keeps the statements it compiled. peewee would ask for a cursor for each.
        connection: sqlite3.Connection = self._database.connection()
        self._set_synchronous(connection, "FULL" if durable else "NORMAL")
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

    def _set_synchronous(self, connection: sqlite3.Connection, mode: str) -> None:
        if mode != self._synchronous:
            connection.execute(f"PRAGMA synchronous = {mode}")
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
