"""Messages and events for tests, as journals ship them: of a photo, and of a drill, which is the smallest job.

``AsJson`` reads index as other services do.
"""

from collections.abc import Callable
from typing import Any

from winnow_contracts.commands import Drill, DrillAi, DrillMedia, PreparePhoto, StoreDrill
from winnow_contracts.envelope import Envelope
from winnow_contracts.events import EventBatch, EventKind, JobAccepted, SequencedEvent, TaskEvent, Watermark
from winnow_contracts.json_codec import to_json
from winnow_index.history.event_store import EventStore
from winnow_journal.event_factory import accepted_event, new_event

PROBLEM = {"code": "internal", "detail": "It broke.", "hint": "", "retryable": False}


def envelope(kind: type[Drill] = DrillMedia, job: str = "d", run: int = 1) -> Envelope:
    """The message of one stage of the drill ``job``."""
    command = kind(tenant_id="drill", job_id=f"job_{job}", media_id=f"med_{job}")
    return Envelope(command=command, run=run, created_ms=1)


MEDIA, AI, STORE = envelope(DrillMedia), envelope(DrillAi), envelope(StoreDrill)

PHOTO = Envelope(
    command=PreparePhoto(
        tenant_id="t",
        job_id="job_p",
        media_id="med_p",
        original_key="in/t/t/med_p",
        filename="can.heic",
        size_bytes=9,
        language="ko",
        region="kr",
    ),
    created_ms=1,
)
"""The first message of the photo ``med_p``."""


def photo_accepted(node: str = "g") -> TaskEvent:
    """The photo ``med_p`` was accepted, on 14 November 2023."""
    accepted = JobAccepted(
        kind="photo",
        title="can",
        filename="can.heic",
        content_type="image/heic",
        size_bytes=9,
        original_key="in/t/t/med_p",
        created_ms=1_700_000_000_000,
        language="ko",
    )
    return accepted_event(PHOTO, accepted, node)


def enqueued(about: Envelope, origin: str = "", node: str = "n") -> TaskEvent:
    """The message was sent by the task ``origin``."""
    return new_event(EventKind.ENQUEUED, about, node, origin=origin)


def started(about: Envelope, attempt: str, node: str = "n") -> TaskEvent:
    """An attempt began."""
    return new_event(EventKind.STARTED, about, node, attempt, why="first", alone=False)


def completed(about: Envelope, attempt: str, node: str = "n", **detail: Any) -> TaskEvent:
    """An attempt completed."""
    return new_event(EventKind.COMPLETED, about, node, attempt, duration_ms=1, outcome="completed", **detail)


def dead(about: Envelope, attempt: str, node: str = "n") -> TaskEvent:
    """An attempt failed for good."""
    detail: dict[str, Any] = {"problem": PROBLEM, "outcome": "failed", "trace": "Traceback", "command": about.payload()}
    return new_event(EventKind.DEAD, about, node, attempt, **detail)


def cancelled(about: Envelope, attempt: str = "", node: str = "n") -> TaskEvent:
    """A message of a cancelled job arrived."""
    return new_event(EventKind.CANCELLED, about, node, attempt, command=about.payload())


def released(about: Envelope, attempt: str, node: str = "n", *, alone: bool = True) -> TaskEvent:
    """An attempt's process died."""
    return new_event(EventKind.RELEASED, about, node, attempt, reason="its process died", alone=alone)


class EventSender:
    """Ships events of one journal in batches, with consecutive numbers."""

    def __init__(self, store: EventStore, journal: str = "j1", node: str = "n") -> None:
        self._store = store
        self._journal = journal
        self._node = node
        self._seq = 0

    def ship(self, *events: TaskEvent) -> Watermark:
        """One batch of these events."""
        numbered = tuple(SequencedEvent(seq=self._seq + n, event=event) for n, event in enumerate(events, 1))
        batch = EventBatch(
            journal_id=self._journal, service="s", node=self._node, previous_seq=self._seq, events=numbered
        )
        self._seq += len(events)
        return self._store.apply_batch(batch)


class AsJson:
    """Wraps a reader of index so that its answers are the JSON that other services get."""

    def __init__(self, reader: object) -> None:
        self._reader = reader

    def __getattr__(self, name: str) -> Callable[..., Any]:
        read = getattr(self._reader, name)
        return lambda *args, **kwargs: to_json(read(*args, **kwargs))
