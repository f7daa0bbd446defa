"""Reads and writes the rows of a journal's outbox: commands and events on their way out."""

from collections.abc import Sequence
from typing import Any

from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.events import TaskEvent
from winnow_journal.codec import encode, to_text
from winnow_journal.event_factory import GATING
from winnow_journal.values import OutboxRow
from winnow_journal.writer import Execute

__all__ = [
    "ACCEPTED",
    "COMMAND_FOR",
    "UNCONFIRMED",
    "UNCONFIRMED_OF",
    "WAS_ACCEPTED",
    "add_command",
    "add_event",
    "gating",
    "outgoing",
    "to_text",
]

UNCONFIRMED = (
    "SELECT seq, body, delay_ms, again FROM outbox"
    " WHERE kind = 'command' AND confirmed_ms IS NULL AND owner = ? ORDER BY seq LIMIT ?"
)
UNCONFIRMED_OF = (
    "SELECT seq, CASE kind WHEN 'command' THEN body ELSE '' END, delay_ms, again FROM outbox"
    " WHERE origin = ? AND confirmed_ms IS NULL AND (kind = 'command' OR topic IN ('dead', 'cancelled')) ORDER BY seq"
)
COMMAND_FOR = (
    "SELECT seq, body, delay_ms, again, owner, confirmed_ms FROM outbox WHERE kind = 'command' AND task_id = ?"
)
WAS_ACCEPTED = "SELECT 1 FROM outbox WHERE topic = 'accepted' AND job_id = ?"
ACCEPTED = (
    "SELECT e.body, c.body FROM outbox e JOIN outbox c ON c.task_id = e.task_id AND c.kind = 'command'"
    " WHERE e.kind = 'event' AND e.topic = 'accepted'"
)

_ADD = (
    "INSERT INTO outbox (kind, topic, job_id, task_id, origin, owner, body, delay_ms, created_ms)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def add_command(execute: Execute, owner: str, envelope: Envelope, *, origin: str, delay_ms: int) -> OutboxRow:
    """Write a command to be published after ``delay_ms``."""
    text = to_text(envelope)
    row = (
        "command",
        envelope.actor,
        envelope.command.job_id,
        envelope.task_id,
        origin,
        owner,
        text,
        delay_ms,
        now_ms(),
    )
    seq = execute(_ADD, row).lastrowid
    assert seq is not None
    return OutboxRow(seq=seq, envelope=text, delay_ms=delay_ms)


def add_event(execute: Execute, owner: str, event: TaskEvent) -> int:
    """Write an event; returns its number."""
    body = encode(event).decode()
    row = ("event", event.kind.value, event.job_id, event.task_id, event.task_id, owner, body, 0, now_ms())
    seq = execute(_ADD, row).lastrowid
    assert seq is not None
    return seq


def gating(event: TaskEvent, seq: int) -> tuple[OutboxRow, ...]:
    """The event's outbox row if the event holds the ack back, else nothing."""
    return (OutboxRow(seq=seq),) if event.kind in GATING else ()


def outgoing(rows: Sequence[tuple[Any, ...]]) -> list[OutboxRow]:
    """Convert rows of ``UNCONFIRMED``, ``UNCONFIRMED_OF`` or ``COMMAND_FOR`` to values."""
    return [
        OutboxRow(seq=row[0], envelope=row[1], delay_ms=row[2], possible_duplicate=row[3] > 0, generation=row[3])
        for row in rows
    ]
