"""Checks the invariants of a journal. Each finding is a sentence."""

import json
from collections.abc import Iterator
from pathlib import Path

from winnow_contracts.envelope import Undecodable, UnknownActor, now_ms
from winnow_contracts.events import TaskEvent
from winnow_contracts.json_codec import from_json
from winnow_contracts.states import TERMINAL, TaskState
from winnow_journal.codec import from_text
from winnow_journal.event_factory import ENDINGS
from winnow_journal.inspect.view import JournalView, open_view
from winnow_journal.maintenance import GRACE_MS
from winnow_journal.values import Flag, JournalUnusable

_STATES = frozenset(TaskState)
_MARGIN_MS = 60_000
"""Tolerance for maintenance that began to remove events a moment ago, by another machine's clock."""


def verify(folder: Path) -> tuple[str, ...]:
    """The faults of the journal in ``folder``; empty if it is sound. Raises NotFound if there is no journal."""
    try:
        with open_view(folder) as view:
            broken = tuple(_broken(view))
            # The other checks mean nothing for a file that SQLite itself finds broken.
            return broken or (*_identity(view), *_tasks(view), *_retries(view), *_outbox(view), *_numbers(view))
    except JournalUnusable as error:
        return (f"{str(error)[0].upper()}{str(error)[1:]}.",)


def _broken(view: JournalView) -> Iterator[str]:
    for row in view.rows("PRAGMA integrity_check(20)"):
        if row["integrity_check"] != "ok":
            yield f"SQLite finds the file damaged: {row['integrity_check']}."


def _identity(view: JournalView) -> Iterator[str]:
    if not view.flag(Flag.JOURNAL_ID):
        yield "The journal has no id."


def _tasks(view: JournalView) -> Iterator[str]:
    # Adoption dropped the events that index had applied.
    told_since_ms = now_ms() + (0 if view.flag(Flag.ADOPTED_FROM) else _MARGIN_MS - GRACE_MS)
    told = {
        (row["task_id"], row["topic"])
        for row in view.rows("SELECT DISTINCT task_id, topic FROM outbox WHERE kind = 'event'")
    }
    for row in view.rows("SELECT task_id, job_id, actor, state, envelope, ended_ms FROM task_wal"):
        name = f"Task {row['task_id']} ({row['actor']})"
        if row["state"] not in _STATES:
            yield f"{name} is in a state that there is not: {row['state']}."
            continue
        state = TaskState(row["state"])
        if state in TERMINAL and row["ended_ms"] is None:
            yield f"{name} is {state}, but has no time of its end."
        recent = state in TERMINAL and (row["ended_ms"] or 0) > told_since_ms
        if recent and (row["task_id"], ENDINGS[state].value) not in told:
            yield f"{name} is {state}, but no event tells of it."
        yield from _envelope(name, row["envelope"], row["task_id"], row["job_id"])


def _retries(view: JournalView) -> Iterator[str]:
    waiting = {row["task_id"] for row in view.rows("SELECT task_id FROM task_wal WHERE state = 'retry_wait'")}
    queued = {row["task_id"] for row in view.rows("SELECT task_id FROM retry_queue")}
    for task_id in sorted(waiting - queued):
        yield f"Task {task_id} waits to be tried again, but nothing says when."
    for task_id in sorted(queued - waiting):
        yield f"Task {task_id} is noted to be tried again, but does not wait for that."


def _outbox(view: JournalView) -> Iterator[str]:
    for row in view.rows("SELECT seq, kind, job_id, task_id, body FROM outbox ORDER BY seq"):
        name = f"Row {row['seq']} of the outbox"
        if row["kind"] == "command":
            yield from _envelope(name, row["body"], row["task_id"], row["job_id"])
        else:
            yield from _event(name, row["body"], row["task_id"])


def _numbers(view: JournalView) -> Iterator[str]:
    summary = view.summary()
    if summary.applied_seq > summary.last_seq:
        yield f"Index has applied number {summary.applied_seq}, but the last one given is {summary.last_seq}."
    highest = view.value("SELECT max(seq) FROM outbox") or 0
    if highest > summary.last_seq:
        yield f"The outbox holds number {highest}, but the last one given is {summary.last_seq}."
    answered = view.value("SELECT max(applied_seq) FROM sync_log") or 0
    if answered > summary.applied_seq:
        yield f"Index once said that it applied number {answered}, but the journal remembers {summary.applied_seq}."


def _envelope(name: str, text: str, task_id: str, job_id: str) -> Iterator[str]:
    try:
        envelope = from_text(text)
    except UnknownActor as error:
        yield f"{name} is for another version: {error}."
    except (Undecodable, ValueError, KeyError, TypeError) as error:
        yield f"{name} cannot be read: {error}."
    else:
        if (envelope.task_id, envelope.command.job_id) != (task_id, job_id):
            yield f"{name} holds the command of another task: {envelope.task_id}."


def _event(name: str, text: str, task_id: str) -> Iterator[str]:
    try:
        event = from_json(TaskEvent, _read(text))
    except (ValueError, TypeError) as error:
        yield f"{name} cannot be read: {error}."
    else:
        if event.task_id != task_id:
            yield f"{name} holds the event of another task: {event.task_id}."


def _read(text: str) -> dict[str, object]:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError("it is no object")
    return value
