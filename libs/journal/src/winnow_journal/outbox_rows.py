"""Reads and writes the rows of a journal's outbox: commands and events on their way out."""

import functools
import json
from collections.abc import Collection, Sequence
from typing import NamedTuple

from winnow_contracts.commands import COMMANDS
from winnow_contracts.envelope import Envelope, Undecodable, UnknownActor
from winnow_contracts.events import TaskEvent
from winnow_contracts.queues import Priority, lane_of
from winnow_journal.codec import encode, from_text, to_text
from winnow_journal.event_factory import GATING
from winnow_journal.values import OutboxRow
from winnow_journal.writer import Execute

EVENTS_AFTER = (
    "SELECT seq, body FROM ("
    "SELECT seq, body, row_number() OVER numbers AS place, sum(length(CAST(body AS BLOB))) OVER numbers AS bytes"
    " FROM (SELECT seq, body FROM outbox WHERE kind = 'event' AND seq > ? ORDER BY seq LIMIT ?)"
    " WINDOW numbers AS (ORDER BY seq)) WHERE place = 1 OR bytes <= ? ORDER BY seq"
)
UNCONFIRMED = (
    "SELECT seq, body, delay_ms, again FROM outbox"
    " WHERE kind = 'command' AND confirmed_ms IS NULL AND owner = ? ORDER BY seq LIMIT ?"
)
UNCONFIRMED_BUT_CLOSED = (
    "SELECT seq, body, delay_ms, again FROM outbox"
    " WHERE kind = 'command' AND confirmed_ms IS NULL AND owner = ?"
    " AND NOT ((delay_ms = 0 OR created_ms + delay_ms <= ?)"
    " AND (topic, coalesce(json_extract(body, '$.headers.priority'), 'normal')) IN"
    " (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?)))"
    " ORDER BY seq LIMIT ?"
)
COUNT_UNCONFIRMED = "SELECT count(*) FROM outbox WHERE kind = 'command' AND confirmed_ms IS NULL"
UNCONFIRMED_OF = (
    "SELECT seq, CASE kind WHEN 'command' THEN body END, delay_ms, again FROM outbox"
    " WHERE origin = ? AND confirmed_ms IS NULL AND (kind = 'command' OR topic IN ('dead', 'cancelled')) ORDER BY seq"
)
COMMAND_FOR = (
    "SELECT seq, body, delay_ms, again, owner, confirmed_ms FROM outbox WHERE kind = 'command' AND task_id = ?"
)
ACCEPTED = (
    # One transaction writes both events, so that their numbers follow each other. An event of an earlier version does
    # not carry the command; the command's own row is kept then.
    "SELECT e.body, coalesce(json_extract(q.body, '$.detail.envelope'), c.body) AS command FROM outbox e"
    " JOIN outbox q ON q.seq = e.seq + 1 AND q.topic = 'enqueued'"
    " LEFT JOIN outbox c ON c.task_id = e.task_id AND c.kind = 'command'"
    " WHERE e.kind = 'event' AND e.topic = 'accepted' AND command IS NOT NULL"
)
ACCEPTED_OF = ACCEPTED + " AND json_extract(e.body, '$.tenant_id') = ? ORDER BY e.seq DESC LIMIT ?"
TOLD = "told = 1 AND confirmed_ms IS NOT NULL AND seq <= ? + 1"
"""Commands that the broker holds, and that index keeps since it stored every event up to a number."""
CONFIRM = (
    "UPDATE outbox SET confirmed_ms = ?"
    " WHERE (seq, again) IN (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?))"
)
"""Confirms rows, of which a JSON list has number and generation."""

_MOST_IN_ONE = 16
"""How many rows one statement writes. A task's end has three; the few forms stay compiled."""


class NewCommand(NamedTuple):
    """A command to write, published after ``delay_ms``. The entry before it is the event that tells it."""

    envelope: Envelope
    origin: str
    delay_ms: int = 0


Entry = NewCommand | TaskEvent


def add(execute: Execute, owner: str, entries: Sequence[Entry], *, at_ms: int) -> tuple[OutboxRow, ...]:
    """Write commands and events in this order, at ``at_ms``; returns the rows that hold an ack back.

    Those are the commands, and the events that no command tells index of.
    """
    holding: list[OutboxRow] = []
    for begin in range(0, len(entries), _MOST_IN_ONE):
        some = entries[begin : begin + _MOST_IN_ONE]
        values = [value for entry in some for value in _columns(entry, owner, at_ms)]
        last_seq = execute(_insert(len(some)), values).lastrowid
        assert last_seq is not None
        # Numbers of rows of one statement follow each other.
        for seq, entry in enumerate(some, last_seq - len(some) + 1):
            if isinstance(entry, NewCommand):
                holding.append(OutboxRow(seq=seq, envelope=entry.envelope, delay_ms=entry.delay_ms))
            elif entry.kind in GATING:
                holding.append(OutboxRow(seq=seq))
    return tuple(holding)


def travellers(lanes: Collection[str]) -> str:
    """What travels on these lanes, as a JSON list: actor, the topic of a command's row, with priority."""
    return json.dumps(
        [
            (actor, priority)
            for actor, command in COMMANDS.items()
            for priority in Priority
            if lane_of(command.QUEUE, priority) in lanes
        ]
    )


class StoredRow(NamedTuple):
    """A row of ``UNCONFIRMED``, ``UNCONFIRMED_OF`` or ``COMMAND_FOR``, by the names of its columns."""

    seq: int
    body: str | None
    """A command's text; None for an event."""
    delay_ms: int
    again: int
    owner: str = ""
    confirmed_ms: int | None = None


def outgoing(stored: StoredRow) -> OutboxRow:
    """Convert a stored row to a value. A command's text is read here, and nowhere else."""
    envelope, unreadable = None, ""
    if stored.body is not None:
        try:
            envelope = from_text(stored.body)
        except (UnknownActor, Undecodable, LookupError, TypeError, ValueError) as error:
            unreadable = repr(error)
    return OutboxRow(
        seq=stored.seq,
        envelope=envelope,
        unreadable=unreadable,
        delay_ms=stored.delay_ms,
        possible_duplicate=stored.again > 0,
        generation=stored.again,
    )


def _columns(entry: Entry, owner: str, at_ms: int) -> tuple[object, ...]:
    if isinstance(entry, NewCommand):
        envelope, job_id = entry.envelope, entry.envelope.command.job_id
        task_id, text = envelope.task_id, to_text(envelope)
        return "command", envelope.actor, job_id, task_id, entry.origin, owner, text, entry.delay_ms, at_ms, 1, None
    # Only an event that holds an ack back is ever looked for by its confirm.
    confirmed_ms = None if entry.kind in GATING else at_ms
    task_id, text = entry.task_id, encode(entry).decode()
    return "event", entry.kind.value, entry.job_id, task_id, task_id, owner, text, 0, at_ms, 0, confirmed_ms


@functools.cache
def _insert(rows: int) -> str:
    return (
        "INSERT INTO outbox (kind, topic, job_id, task_id, origin, owner, body, delay_ms, created_ms, told,"  # noqa: S608 - ours
        " confirmed_ms) VALUES " + ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"] * rows)
    )
