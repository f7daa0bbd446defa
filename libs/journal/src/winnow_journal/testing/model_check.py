"""Drives a SQLite journal and its in-memory twin side by side, through every way in which their process can end."""

import dataclasses
import itertools
import pickle
import random
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar
from unittest import mock

from winnow_journal import database
from winnow_journal.journal import SqliteJournal
from winnow_journal.testing.content import Content, memory_content, sqlite_content
from winnow_journal.testing.memory import MemoryJournal
from winnow_journal.testing.power_loss import Disk
from winnow_journal.values import OutboxRow, Skip

T = TypeVar("T")
EitherJournal = SqliteJournal | MemoryJournal


class Twins:
    """Both journals, with one clock (tests set ``now_ms``) and the same attempt ids, so that their contents are equal.

    ``home`` gets one folder for each process that does not continue its predecessor's. ``pages`` is the size in pages
    at which SQLite folds the write-ahead log into the database.
    """

    def __init__(self, home: Path, *, pages: int = 20) -> None:
        self.now_ms = 1_700_000_000_000
        self._home = home
        self._boots = itertools.count(1)
        self._seen: Content | None = None
        self._patches: list[Any] = []
        for module in ("task_rows", "testing.memory"):
            names = map("attempt-{}".format, itertools.count(1))
            self._patches.append(mock.patch(f"winnow_journal.{module}.new_attempt_id", names.__next__))
        self._patches.append(mock.patch.dict(database._PRAGMAS, {"wal_autocheckpoint": pages}))
        for patch in self._patches:
            patch.start()
        self.twin = MemoryJournal("n", clock=self.clock)
        self._begin(home / "first")

    def close(self) -> None:
        """Close the journal and restore the clock and the id generator."""
        self.journal.close()
        for patch in self._patches:
            patch.stop()

    def both(self, call: Callable[[EitherJournal], T], *, durable: bool = False) -> T:
        """Call both journals and check that they answer the same, except for numbers.

        ``durable``: the change is on disk afterwards.
        """
        self.now_ms += 1
        self._seen = None
        answer, twins = call(self.journal), call(self.twin)
        self._disk.note(durable=durable)
        if durable:
            self._moments.clear()
        kept = {name: value for name, value in vars(self.twin).items() if name not in ("_lock", "_clock")}
        self._moments.append(pickle.dumps(kept))
        assert _numberless(answer) == _numberless(twins), "journal and twin answer differently"
        return answer

    def confirm(self, rows: Sequence[OutboxRow]) -> None:
        """Record that the broker holds these rows of the SQLite journal."""
        names = self._twin_names()
        twins = [dataclasses.replace(row, seq=names[row.seq]) for row in rows if row.seq in names]
        wanted = {SqliteJournal: list(rows), MemoryJournal: twins}
        self.both(lambda journal: journal.confirm(wanted[type(journal)]))

    def applied(self, applied_seq: int) -> None:
        """Record index's watermark, by the SQLite journal's numbers."""
        known = [one.seq for one in self.journal.events_after(0, sys.maxsize) if one.seq <= applied_seq]
        names = self._twin_names()
        marks = {SqliteJournal: applied_seq, MemoryJournal: max((names[seq] for seq in known), default=0)}
        self.both(lambda journal: journal.applied(0, marks[type(journal)], keeps_commands=True))

    def content(self) -> Content:
        """The content of the SQLite journal now."""
        if self._seen is None:
            self._seen = sqlite_content(self.journal.path)
        return self._seen

    def restart(self) -> None:
        """End the process cleanly, and start another."""
        self.journal.close()
        self._begin(self._folder)

    def kill(self) -> None:
        """End the process without closing its files."""
        left = self._home / f"killed-{next(self._boots)}"
        left.mkdir()
        for part in self._folder.glob("journal.db*"):
            shutil.copy(part, left)
        self.journal.close()
        self._begin(left)

    def lose_power(self, chance: random.Random) -> Content:
        """Cut the power; returns the content that is left.

        That content must equal the journal's at some moment since the last durable commit. No mixture of moments is
        allowed.
        """
        left = self._disk.cut(self._home / f"power-{next(self._boots)}", chance)
        self.journal.close()
        found = sqlite_content(left)
        for moment in reversed(self._moments):
            vars(self.twin).update(pickle.loads(moment))  # noqa: S301 - it was pickled in this process
            if memory_content(self.twin) == found:
                self._begin(left.parent)
                return found
        raise AssertionError("what was left is no moment since the last durable commit")

    def lose_disk(self) -> None:
        """Lose the disk: another node of the same name begins with nothing."""
        self.journal.close()
        self.twin = MemoryJournal("n", clock=self.clock)
        self._begin(self._home / f"new-{next(self._boots)}")

    def _begin(self, folder: Path) -> None:
        self._folder = folder
        self.journal = SqliteJournal(folder, "n", clock=self.clock)
        self.twin.reboot()
        self._disk = Disk(self.journal.path)
        self._moments: list[bytes] = []
        self.both(lambda journal: journal.set_flag("begun", folder.name), durable=True)

    def clock(self) -> int:
        """The time of both journals."""
        return self.now_ms

    def _twin_names(self) -> dict[int, int]:
        """The twin's number of each row. Both journals keep rows in the same order."""
        rows = self.journal.write(lambda execute: execute("SELECT seq FROM outbox ORDER BY seq").fetchall())
        return dict(zip((seq for (seq,) in rows), (row.outgoing.seq for row in self.twin._rows), strict=True))


def _numberless(answer: object) -> object:
    match answer:
        case Skip():
            return answer.cause, _numberless(answer.awaiting)
        case tuple() | list():
            return [dataclasses.replace(row, seq=0) for row in answer]
        case _:
            return answer
