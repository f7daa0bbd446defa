"""The values that go in and out of a journal."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from winnow_contracts.envelope import Envelope
from winnow_contracts.states import Outcome, TaskState


class Why(StrEnum):
    """Why an attempt runs."""

    FIRST = "first"
    REDELIVERED = "redelivered"
    RETRY = "retry"
    RESUMED = "resumed"
    TAKEOVER = "takeover"


@dataclass(frozen=True, kw_only=True)
class TaskRow:
    """What a journal knows of a task when its message arrives."""

    state: TaskState
    retry: int
    attempt_id: str
    owner: str
    suspect: int = 0


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One outbox row to publish: a command as envelope text, or an event (``envelope`` empty: batches carry it)."""

    seq: int
    envelope: str = ""
    delay_ms: int = 0


@dataclass(frozen=True, kw_only=True)
class Take:
    """Run the task as this attempt."""

    attempt_id: str
    why: Why
    suspect: int


@dataclass(frozen=True, kw_only=True)
class Settled:
    """Nothing to run: ack once every row of ``gate`` is confirmed."""

    cause: str
    gate: tuple[Outgoing, ...]


Admission = Take | Settled


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How an attempt ended and what follows from it.

    ``children`` are published before the ack; ``delay_ms`` is how long a retry waits; ``error`` is a problem.
    """

    state: TaskState
    outcome: Outcome
    duration_ms: int = 0
    children: tuple[Envelope, ...] = ()
    delay_ms: int = 0
    error: dict[str, Any] = field(default_factory=dict)
    trace: str = ""


class JournalUnusable(Exception):
    """The journal can not be written or read: the message stays unacked, the node stops consuming."""
