"""Reads a journal's whole content as one value, so that tests can compare journals, or one journal over time."""

import contextlib
import functools
import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from winnow_contracts.envelope import Envelope, from_text
from winnow_contracts.events import TaskEvent
from winnow_contracts.json_codec import from_json
from winnow_contracts.states import TaskState
from winnow_journal.testing.memory import MemoryJournal
from winnow_journal.values import Flag


@dataclass(frozen=True, kw_only=True)
class StoredTask:
    """One row of a task."""

    state: TaskState
    retry: int
    attempt_id: str
    suspect: int
    isolated_crashes: int
    alone: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of the outbox: a command with its delay in milliseconds, or an event."""

    origin: str
    confirmed: bool
    envelope: Envelope | None = None
    delay_ms: int = 0
    possible_duplicate: bool = False
    event: TaskEvent | None = None


@dataclass(frozen=True, kw_only=True)
class Content:
    """Everything a journal keeps, except its numbers and its own names.

    Two journals with the same history are equal.
    """

    tasks: dict[str, StoredTask]
    rows: tuple[Row, ...]
    steps: dict[tuple[str, str, str, str], str]
    applied_events: int
    """How many of the kept events index is known to have stored."""


def sqlite_content(path: Path) -> Content:
    """The content of the journal at ``path``, read over a connection of its own."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True)) as reader:
        tasks = reader.execute("SELECT task_id, state, retry, attempt_id, suspect, deaths_alone, alone FROM task_wal")
        outbox = reader.execute(
            "SELECT seq, kind, origin, body, delay_ms, again, confirmed_ms IS NOT NULL FROM outbox ORDER BY seq"
        ).fetchall()
        applied = reader.execute("SELECT value FROM journal_meta WHERE name = ?", (Flag.APPLIED_SEQ,)).fetchone()
        applied_seq = int(applied[0]) if applied else 0
        return Content(
            tasks={
                task_id: StoredTask(
                    state=TaskState(state),
                    retry=retry,
                    attempt_id=attempt,
                    suspect=suspect,
                    isolated_crashes=deaths,
                    alone=bool(alone),
                )
                for task_id, state, retry, attempt, suspect, deaths, alone in tasks
            },
            rows=tuple(_row(*row[1:]) for row in outbox),
            steps={
                (job_id, stage, name, inputs): result
                for job_id, stage, name, inputs, result in reader.execute(
                    "SELECT job_id, stage, name, input_hash, result FROM step"
                )
            },
            applied_events=sum(kind == "event" and seq <= applied_seq for seq, kind, *_ in outbox),
        )


def memory_content(journal: MemoryJournal) -> Content:
    """The content of a journal in memory."""
    rows = journal._rows
    return Content(
        tasks={
            task_id: StoredTask(
                state=row.state,
                retry=row.retry,
                attempt_id=row.attempt_id,
                suspect=row.suspect,
                isolated_crashes=row.isolated_crashes,
                alone=row.attempt_id in journal._alone,
            )
            for task_id, row in journal._tasks.items()
        },
        rows=tuple(
            Row(origin=row.origin, confirmed=row.confirmed, event=row.event)
            if row.event
            else Row(
                origin=row.origin,
                confirmed=row.confirmed,
                envelope=row.outgoing.envelope,
                delay_ms=row.outgoing.delay_ms,
                possible_duplicate=row.outgoing.possible_duplicate,
            )
            for row in rows
        ),
        steps=dict(journal._steps),
        applied_events=sum(row.event is not None and row.outgoing.seq <= journal.applied_seq for row in rows),
    )


def _row(kind: str, origin: str, body: str, delay_ms: int, possible_duplicate: int, confirmed: int) -> Row:
    if kind == "event":
        return Row(origin=origin, confirmed=bool(confirmed), event=_event(body))
    return Row(
        origin=origin,
        confirmed=bool(confirmed),
        envelope=_envelope(body),
        delay_ms=delay_ms,
        possible_duplicate=bool(possible_duplicate),
    )


@functools.lru_cache(maxsize=10_000)
def _event(body: str) -> TaskEvent:
    event: TaskEvent = from_json(TaskEvent, json.loads(body))
    return event


@functools.lru_cache(maxsize=10_000)
def _envelope(body: str) -> Envelope:
    return from_text(body)
