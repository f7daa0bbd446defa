"""Events: recorded facts about tasks.

Journals ship them in batches to index, which folds them into job and task history.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from winnow_contracts.job_options import JobOptions
from winnow_contracts.queues import Priority

ENVELOPE = "envelope"
"""The entry of an event's detail with the whole command that was written, for index to keep."""


class EventKind(StrEnum):
    """What happened. ``accepted`` concerns a job, every other kind one task."""

    ACCEPTED = "accepted"
    ENQUEUED = "enqueued"
    STARTED = "started"
    STEP_DONE = "step_done"
    PROGRESS = "progress"
    RETRYING = "retrying"
    INTERRUPTED = "interrupted"
    RELEASED = "released"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    DEAD = "dead"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, kw_only=True)
class TaskEvent:
    """One fact. ``at_ms`` is Unix milliseconds on the node that recorded it.

    ``detail`` by kind: accepted ``JobAccepted`` as JSON · enqueued ``{"origin": id of the task that sent it, or "",
    "length_ms": of the recording, if known, "envelope"}`` · started ``{"why": the journal's StartReason, "alone":
    bool}`` · step_done ``{"step", "duration_ms", "reused": bool}`` · progress ``{"stage", "done": 0..1}`` (live only),
    with ``heard_seconds`` and ``of_seconds`` of audio during transcription · retrying ``{"problem", "delay_ms",
    "outcome", "envelope"}`` · interrupted ``{"reason"}`` · released ``{"reason", "alone": bool}``, after the process
    died · completed ``{"duration_ms", "superseded": why the result is not served, if so}`` · cancelled ``{}`` · dead
    ``{"problem", "trace", "outcome", "command": payload}`` · superseded ``{"outcome"}``.

    ``envelope`` is the message that was written, as ``{"headers", "payload"}``: index keeps it while the task is open.
    ``problem`` is ``WinnowError.to_json()``. step_done, superseded and the ends may also have ``spent``: the AI calls
    since the last such event, each a ``Spending`` as JSON. A retrying whose ``outcome`` is ``deferred`` or ``snoozed``
    spends no retry: the task only waits. Of a job whose ``track`` is ``outcome`` there is no started, no progress, and
    a step_done only with ``spent``.
    """

    kind: EventKind
    tenant_id: str
    job_id: str
    media_id: str
    at_ms: int
    node: str
    task_id: str = ""
    actor: str = ""
    queue: str = ""
    run: int = 1
    retry: int = 0
    attempt_id: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class JobAccepted:
    """What a user submitted, as the gateway accepted it. ``created_ms`` is Unix milliseconds."""

    kind: str
    """``recording``, ``photo`` or ``drill``."""
    title: str
    filename: str
    content_type: str
    size_bytes: int
    original_key: str
    created_ms: int
    sha256: str = ""
    language: str | None = None
    options: JobOptions = field(default_factory=JobOptions)
    batch_id: str = ""
    """The batch that the job was accepted with, empty for a job on its own, and for one that waits for a batch."""
    over_share: bool = False
    """Whether the tenant had more open jobs than its share. Then the job is bulk work, whatever was asked for."""

    @property
    def priority(self) -> Priority:
        """What decides on the lanes of its tasks."""
        return Priority.BULK if self.over_share else self.options.priority


@dataclass(frozen=True, kw_only=True)
class SequencedEvent:
    """An event with its number in its journal. Numbers rise, and may have gaps."""

    seq: int
    event: TaskEvent


@dataclass(frozen=True, kw_only=True)
class EventBatch:
    """Events of one journal, in order.

    ``previous_seq`` is the number of the last event before this batch, 0 at first.
    """

    journal_id: str
    service: str
    node: str
    previous_seq: int
    events: tuple[SequencedEvent, ...]

    @property
    def last_seq(self) -> int:
        """The number of its last event; of the one before it, if it is empty."""
        return self.events[-1].seq if self.events else self.previous_seq


@dataclass(frozen=True, kw_only=True)
class Watermark:
    """Index's answer to a batch: it has stored every event of that journal up to ``applied_seq``.

    ``batch_seq`` is the last number of the answered batch. A lower ``applied_seq`` means that events before the batch
    are missing.
    """

    journal_id: str
    applied_seq: int
    batch_seq: int = 0
    keeps_commands: bool = False
    """Whether index keeps the commands that those events tell of, so that the journal needs them no more."""
