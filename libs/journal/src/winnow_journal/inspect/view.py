"""Reads a journal's file without changing it, even while a process works with it."""

import fcntl
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from winnow_contracts import queues
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Misconfigured, NotFound
from winnow_contracts.node_api import Handover, JobRecords, JournalSummary, Row
from winnow_journal.migrations import check_readable
from winnow_journal.values import Flag, JournalUnusable

_WAITS_FOR_WRITER_SECONDS = 10.0


class JournalView:
    """A consistent snapshot of a journal. Its methods raise JournalUnusable if SQLite cannot read the file."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self._connection = connection
        self._living = living_owners(folder)

    @property
    def is_owned(self) -> bool:
        """Whether a living process owns the journal."""
        return bool(self._living)

    def rows(self, sql: str, *parameters: Any) -> list[Row]:
        """The rows of a query as dicts."""
        try:
            return [dict(row) for row in self._connection.execute(sql, parameters)]
        except sqlite3.Error as error:
            raise JournalUnusable(f"the journal in {self.folder} cannot be read: {error}") from error

    def value(self, sql: str, *parameters: Any) -> Any:
        """The single value of a query, or None without a row."""
        return next((next(iter(row.values())) for row in self.rows(sql, *parameters)), None)

    def flag(self, name: str) -> str:
        """The journal's own stored value of this name, or an empty string."""
        return str(self.value("SELECT value FROM journal_meta WHERE name = ?", name) or "")

    @property
    def sentinel(self) -> str:
        """The name of the sentinel queue; its absence means that the broker lost its data."""
        return queues.sentinel(self.flag(Flag.JOURNAL_ID), queues.sentinel_number(self.flag(Flag.SENTINEL)))

    def summary(self) -> JournalSummary:
        """Count what the journal holds now."""
        applied_seq = int(self.flag(Flag.APPLIED_SEQ) or 0)
        unconfirmed, oldest_unconfirmed_ms = self._waiting("kind = 'command' AND confirmed_ms IS NULL")
        unapplied, oldest_unapplied_ms = self._waiting("kind = 'event' AND seq > ?", applied_seq)
        service, node = self._whose()
        return JournalSummary(
            folder=str(self.folder),
            journal_id=self.flag(Flag.JOURNAL_ID),
            service=service,
            node=node,
            living=len(self._living),
            tasks={r["state"]: r["n"] for r in self.rows("SELECT state, count(*) AS n FROM task_wal GROUP BY state")},
            unconfirmed=unconfirmed,
            oldest_unconfirmed_ms=oldest_unconfirmed_ms,
            kept=self.value("SELECT count(*) FROM outbox WHERE kind = 'command' AND confirmed_ms IS NOT NULL"),
            unapplied=unapplied,
            oldest_unapplied_ms=oldest_unapplied_ms,
            applied_seq=applied_seq,
            last_seq=self.value("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'") or 0,
            suspects=self.value("SELECT count(*) FROM task_wal WHERE suspect > 0 AND state IN ('pending', 'running')"),
            database_bytes=_size_bytes(self.folder / "journal.db"),
            wal_bytes=_size_bytes(self.folder / "journal.db-wal"),
            handover_error=next((one.error for one in self.handovers(1)), ""),
        )

    def handovers(self, limit: int) -> list[Handover]:
        """The latest hand-overs of events to index, newest first, those that failed among them."""
        if not self.value("SELECT 1 FROM sqlite_master WHERE name = 'sync_failure'"):
            # A file of an earlier version, which kept successes alone.
            sql = "SELECT at_ms, sent_seq, applied_seq, '' AS error FROM sync_log"
        else:
            sql = (
                "SELECT at_ms, sent_seq, applied_seq, '' AS error FROM sync_log"
                " UNION ALL SELECT at_ms, sent_seq, NULL, error FROM sync_failure"
            )
        return [Handover(**row) for row in self.rows(f"{sql} ORDER BY at_ms DESC, sent_seq DESC LIMIT ?", limit)]

    def job(self, job_id: str) -> JobRecords:
        """Every row of one job."""
        tasks = self.rows("SELECT * FROM task_wal WHERE job_id = ? ORDER BY first_ms", job_id)
        outbox = self.rows("SELECT * FROM outbox WHERE job_id = ? ORDER BY seq", job_id)
        retries = self.rows(
            "SELECT r.* FROM retry_queue r JOIN task_wal t USING (task_id) WHERE t.job_id = ? ORDER BY next_ms", job_id
        )
        return JobRecords(
            tasks=tuple(
                {**_parsed(_parsed(row, "error"), "envelope"), "alive": row["owner"] in self._living} for row in tasks
            ),
            steps=tuple(self.rows("SELECT * FROM step WHERE job_id = ? ORDER BY done_ms", job_id)),
            commands=tuple(_parsed(row, "body") for row in outbox if row["kind"] == "command"),
            events=tuple(_parsed(row, "body") for row in outbox if row["kind"] == "event"),
            retries=tuple(_parsed(row, "error") for row in retries),
        )

    def _waiting(self, which: str, *parameters: Any) -> tuple[int, int]:
        """The number of outbox rows that match, and the age of the oldest in milliseconds."""
        sql = f"SELECT count(*) AS number, min(created_ms) AS oldest_ms FROM outbox WHERE {which}"  # noqa: S608 - ours
        found = self.rows(sql, *parameters)[0]
        return found["number"], max(now_ms() - found["oldest_ms"], 0) if found["number"] else 0

    def _whose(self) -> tuple[str, str]:
        """Service and node from the rows. A worker's service is that of its tasks; the gateway has no tasks."""
        body = self.value("SELECT body FROM outbox WHERE kind = 'event' ORDER BY seq DESC LIMIT 1")
        actor = self.value("SELECT actor FROM task_wal LIMIT 1")
        node = str((_json(body) or {}).get("node", "")) if body else ""
        return (actor.partition(".")[0] if actor else "gateway" if body else ""), node


@contextmanager
def open_view(folder: Path) -> Iterator[JournalView]:
    """A snapshot of the journal in ``folder``, which may also be the data folder or the journal file itself.

    Raises NotFound, and JournalUnusable for a file that cannot be opened or that only a newer version can read.
    """
    folder = journal_folder(folder)
    try:
        connection = sqlite3.connect(
            f"{(folder / 'journal.db').as_uri()}?mode=ro", uri=True, timeout=_WAITS_FOR_WRITER_SECONDS
        )
    except sqlite3.Error as error:
        raise JournalUnusable(f"the journal in {folder} cannot be opened: {error}") from error
    with closing(connection):
        connection.row_factory = sqlite3.Row
        # One transaction, so that all reads see the same moment. It does not block the writer.
        connection.execute("BEGIN")
        view = JournalView(folder, connection)
        _refuse_newer(view)
        yield view


def _refuse_newer(view: JournalView) -> None:
    try:
        check_readable(view.flag)
    except Misconfigured as error:
        raise JournalUnusable(f"{error}. Use the newer version") from error
    except JournalUnusable:
        return  # damage; what reads the view says so, and integrity_check says it best


def journal_folder(path: Path) -> Path:
    """The folder of a journal file. ``path`` is that folder, the file itself, or a node's data folder.

    Raises NotFound.
    """
    path = path.absolute()
    for folder in (path, path / "journal", path.parent if path.name == "journal.db" else path):
        if (folder / "journal.db").is_file():
            return folder
    raise NotFound(f"There is no journal in {path}.", hint="Name the folder that holds journal.db.")


def living_owners(folder: Path) -> frozenset[str]:
    """Boot ids of the living processes that own the journal. Each holds a lock on its owner file."""
    return frozenset(mark.stem for mark in (folder / "owners").glob("*.alive") if _is_locked(mark))


def _is_locked(mark: Path) -> bool:
    try:
        file = os.open(mark, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


def _parsed(row: Row, column: str) -> Row:
    return {**row, column: _json(row[column])} if row[column] else row


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _size_bytes(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
