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

    No interrupt can reach the thread, so a time limit or a shutdown never breaks a commit. ``observe`` is called with
    the seconds that each durable commit took.
    """

    def __init__(
        self, database: peewee.SqliteDatabase, observe: Callable[[float], None] = lambda seconds: None
    ) -> None:
        self._database = database
        self._observe = observe
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
        results: list[tuple[_Work, Any, BaseException | None]] = []
        began = time.perf_counter()
        try:
            soundness.check()
            self._database.execute_sql(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            with self._database.atomic("IMMEDIATE"):
                results = [self._run_one(work) for work in batch]
                if durable:
                    failpoint("journal.committing")
        except Exception as error:  # noqa: BLE001 - without this thread every caller would wait for ever
            for work in batch:
                work.done.set_exception(soundness.judge(_first(error), doing="written"))
            return
        if durable:
            failpoint("journal.committed")
            self._observe(time.perf_counter() - began)
        for work, result, failure in results:
            if failure is None:
                work.done.set_result(result)
            else:
                work.done.set_exception(failure)

    def _run_one(self, work: _Work) -> tuple[_Work, Any, BaseException | None]:
        """Run one function in a savepoint of its own, so that its failure does not undo the others of the batch."""
        try:
            with self._database.savepoint():
                return work, work.run(self._database.execute_sql), None
        except (peewee.DatabaseError, sqlite3.Error, UnicodeDecodeError):
            raise
        except Exception as error:  # noqa: BLE001 - raised again in the caller's thread
            return work, None, error


def _first(error: BaseException) -> BaseException:
    """The first error. SQLite has often rolled back already, so that a second rollback fails too and hides it."""
    while error.__context__ is not None:
        error = error.__context__
    return error
