"""The values that a journal takes and returns."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from winnow_contracts.envelope import Envelope
from winnow_contracts.states import Outcome, TaskState
from winnow_contracts.task_history import TaskHistory

Clock = Callable[[], int]
"""Tells the time in Unix milliseconds."""


class Flag(StrEnum):
    """The names of what a journal remembers about itself, in ``journal_meta``."""

    JOURNAL_ID = "journal_id"
    SCHEMA_VERSION = "schema_version"
    READABLE_FROM = "readable_from"
    """The earliest schema version whose code can work with the file."""
    APPLIED_SEQ = "applied_seq"
    """The highest number up to which index has stored every event."""
    KEPT_SEQ = "kept_seq"
    """The highest number up to which index keeps the command that each event told it."""
    SENTINEL = "sentinel"
    """The number of the present sentinel, where one was made."""
    CONTROL = "control"
    """The cancelled jobs and paused lanes that were last heard of, as JSON."""
    PROBE = "probe"
    """Written to see whether the journal can be written."""
    ADOPTED_FROM = "adopted_from"
    """The id that the journal had before it was adopted."""


MOST_EVENT_BYTES = 1 << 20
"""How much JSON of events is read at once. Brokers take 16 MiB in one message at most."""


class StartReason(StrEnum):
    """Why an attempt runs."""

    FIRST = "first"
    REDELIVERED = "redelivered"
    RETRY = "retry"
    RESUMED = "resumed"
    TAKEOVER = "takeover"
    POSSIBLE_DUPLICATE = "again"
    """The message was published again: the broker lost its data or never confirmed it, or the task that sent it may
    have run before."""


@dataclass(frozen=True, kw_only=True)
class TaskRow:
    """A journal's record of a task, read when the task's message arrives."""

    state: TaskState
    retry: int
    attempt_id: str
    owner: str
    suspect: int = 0
    """How often its process died while it ran, since its last end."""
    isolated_crashes: int = 0
    """How often its process died while nothing else ran in it."""


@dataclass(frozen=True, kw_only=True)
class DeliveryContext:
    """What is known of a delivered message, besides its content and the journal's row.

    ``history`` is index's answer.
    """

    redelivered: bool = False
    cancelled: bool = False
    history: TaskHistory = field(default_factory=TaskHistory)


@dataclass(frozen=True, kw_only=True)
class OutboxRow:
    """One outbox row to publish: a command with its envelope, or an event, which the event shipper's batches carry."""

    seq: int
    envelope: Envelope | None = None
    unreadable: str = ""
    """Why this version cannot read the command's text. Another version may have written it, and can."""
    delay_ms: int = 0
    possible_duplicate: bool = False
    """The row may have been published before: the broker lost its data, or a confirm may have been lost."""
    generation: int = 0
    """Reopen generation. A confirm counts only if it carries the current generation, because the broker may have lost
    the row since."""
    owned_by_other: bool = False
    """Another living process of this journal publishes the row, whose envelope is not read here."""

    @property
    def is_command(self) -> bool:
        """Whether the relay publishes this row. Events go with the event shipper."""
        return self.envelope is not None or bool(self.unreadable)


@dataclass(frozen=True, kw_only=True)
class Run:
    """Run the task as this attempt. ``alone``: no other task runs beside it, because it may have killed a process."""

    attempt_id: str
    why: StartReason
    alone: bool


@dataclass(frozen=True, kw_only=True)
class Skip:
    """Do not run the task. Ack its message once every row of ``awaiting`` is confirmed."""

    cause: str
    awaiting: tuple[OutboxRow, ...]


Claim = Run | Skip


@dataclass(frozen=True, kw_only=True)
class AttemptResult:
    """How an attempt ended and what follows from it.

    ``duration_ms`` and ``delay_ms`` are milliseconds; ``delay_ms`` is how long a retry waits. ``children`` are
    published before the ack. ``error`` is a problem as JSON, ``trace`` its traceback. ``possible_duplicate``: the
    attempt's message was redelivered or published again, so another node may have sent the same children.
    ``superseded`` says why a late result is not served. ``turn_ms`` is the moment reserved for a deferred task (Unix
    milliseconds), 0 if none is. ``spent`` are AI calls that no step's event has reported, each a ``Spending`` as JSON.
    ``alone``: no other task may run beside the retry. ``result`` is what the actor told of a task that completed.
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
    alone: bool = False
    result: dict[str, Any] = field(default_factory=dict)


class JournalUnusable(Exception):
    """The journal cannot be written or read. The message stays unacked, and the node stops consuming."""


class JournalCorrupt(JournalUnusable):
    """The journal's file is damaged or gone, and stays so. Only a new process can begin a fresh one."""
