"""The values that go in and out of a journal."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from winnow_contracts.envelope import Envelope
from winnow_contracts.states import Outcome, TaskState
from winnow_contracts.task_history import TaskHistory


class StartReason(StrEnum):
    """Why an attempt runs."""

    FIRST = "first"
    REDELIVERED = "redelivered"
    RETRY = "retry"
    RESUMED = "resumed"
    TAKEOVER = "takeover"
    POSSIBLE_DUPLICATE = "again"
    """Sent once more: the broker lost its data or never confirmed, or its sender may have run before."""


@dataclass(frozen=True, kw_only=True)
class TaskRow:
    """What a journal knows of a task when its message arrives."""

    state: TaskState
    retry: int
    attempt_id: str
    owner: str
    suspect: int = 0
    """Times its process died while it ran, since its last ending."""
    isolated_crashes: int = 0
    """Times its process died while nothing else ran in it."""


@dataclass(frozen=True, kw_only=True)
class DeliveryContext:
    """What is known of a message when it comes, besides itself and the journal's row. ``history`` is index's answer."""

    redelivered: bool = False
    cancelled: bool = False
    history: TaskHistory = field(default_factory=TaskHistory)


@dataclass(frozen=True, kw_only=True)
class OutboxRow:
    """One outbox row to publish: a command as envelope text, or an event (``envelope`` empty: batches carry it)."""

    seq: int
    envelope: str = ""
    delay_ms: int = 0
    possible_duplicate: bool = False
    """It may have been published before: the broker lost its data, or nobody knows of a confirm."""
    generation: int = 0
    """How often it was opened again. What a broker confirmed before says nothing of what it holds since."""
    owned_by_other: bool = False
    """Another living process of this journal publishes it; ``envelope`` is empty."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """Run the task as this attempt; ``alone`` if it may have killed a process, so that no neighbour dies with it."""

    attempt_id: str
    why: StartReason
    alone: bool


@dataclass(frozen=True, kw_only=True)
class Skip:
    """Nothing to run: ack once every row of ``awaiting`` is confirmed."""

    cause: str
    awaiting: tuple[OutboxRow, ...]


Claim = Run | Skip


@dataclass(frozen=True, kw_only=True)
class AttemptResult:
    """How an attempt ended and what follows from it.

    ``children`` are published before the ack; ``delay_ms`` is how long a retry waits; ``error`` is a problem;
    ``possible_duplicate``: the attempt's message was redelivered or sent again, so what follows may have been
    sent by another node;
    ``superseded`` says why a result that came too late is not served; ``turn_ms`` is the turn reserved for a
    deferred task (Unix milliseconds), 0 where none is; ``spent`` are AI calls that no step's event has told of, each a
    Spending as JSON.
    """

    state: TaskState
    outcome: Outcome
    duration_ms: int = 0
    children: tuple[Envelope, ...] = ()
    delay_ms: int = 0
    error: dict[str, Any] = field(default_factory=dict)
    trace: str = ""
    possible_duplicate: bool = False
    superseded: str = ""
    turn_ms: int = 0
    spent: tuple[dict[str, Any], ...] = ()


class JournalUnusable(Exception):
    """The journal cannot be written or read: the message stays unacked, the node stops consuming."""


class JournalCorrupt(JournalUnusable):
    """The journal's file is damaged or gone, and stays so: a new process has to begin a fresh one."""
