"""Recorded facts about tasks. Journals ship them in batches to index, which folds them into job and task history."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class EventKind(StrEnum):
    """What happened. ``accepted`` speaks of a job, all others of one task."""

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
    """One fact. ``at_ms`` is Unix milliseconds on the node that saw it.

    ``detail`` by kind: accepted ``JobAccepted`` as JSON · enqueued ``{"origin": task_id that sent it, or "",
    "length_ms": of the recording}`` (the last only where it is known) · started ``{"why": journal's Why, "alone":
    bool}`` · step_done ``{"step", "duration_ms", "reused": bool}`` · progress ``{"stage", "done": 0..1}`` (live only),
    with ``heard_seconds`` and ``of_seconds`` of audio where sound is heard · retrying ``{"problem", "delay_ms",
    "outcome"}`` · interrupted ``{"reason"}`` · released ``{"reason", "alone": bool}``, the process died ·
    completed ``{"duration_ms", "superseded": why nothing was served}`` (the last only where it applies) ·
    cancelled ``{}`` · dead ``{"problem", "trace", "outcome", "command": payload}`` ·
    superseded ``{"outcome"}``; ``problem`` is ``WinnowError.to_json()``. step_done, superseded and the endings may also
    have ``spent``: the AI calls made since the last such event, each a ``Spending`` as JSON. A retrying whose
    ``outcome`` is ``deferred`` or ``snoozed`` spends no retry: the task waits for its turn, or for what is busy.
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
    """What a user asked for, as the gateway accepted it; ``created_ms`` is Unix milliseconds."""

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


@dataclass(frozen=True, kw_only=True)
class SequencedEvent:
    """An event with its number in its journal; numbers rise but may leave gaps."""

    seq: int
    event: TaskEvent


@dataclass(frozen=True, kw_only=True)
class EventBatch:
    """Events of one journal in order. ``previous_seq`` is the last event's number before this batch, 0 at first."""

    journal_id: str
    service: str
    node: str
    previous_seq: int
    events: tuple[SequencedEvent, ...]


@dataclass(frozen=True, kw_only=True)
class Watermark:
    """Index's answer to a batch: every event of that journal up to ``applied_seq`` is stored.

    ``batch_seq`` is the last number of the batch that is answered; a lower ``applied_seq`` tells of a gap before it.
    """

    journal_id: str
    applied_seq: int
    batch_seq: int = 0
