"""A drill's messages and events as journals ship them, for tests: the smallest job that goes through every service."""

from typing import Any

from winnow_contracts.commands import Drill, DrillAi, DrillMedia, StoreDrill
from winnow_contracts.envelope import Envelope
from winnow_contracts.events import EventBatch, EventKind, SequencedEvent, TaskEvent, Watermark
from winnow_index.events import EventStore
from winnow_journal.facts import fact

PROBLEM = {"code": "internal", "detail": "It broke.", "hint": "", "retryable": False}


def envelope(kind: type[Drill] = DrillMedia, job: str = "d", run: int = 1) -> Envelope:
    """The message of one stage of the drill ``job``."""
    command = kind(tenant_id="drill", job_id=f"job_{job}", media_id=f"med_{job}")
    return Envelope(command=command, run=run, created_ms=1)


MEDIA, AI, STORE = envelope(DrillMedia), envelope(DrillAi), envelope(StoreDrill)


def enqueued(about: Envelope, origin: str = "", node: str = "n") -> TaskEvent:
    """It was sent by the task ``origin``."""
    return fact(EventKind.ENQUEUED, about, node, origin=origin)


def started(about: Envelope, attempt: str, node: str = "n") -> TaskEvent:
    """An attempt began."""
    return fact(EventKind.STARTED, about, node, attempt, why="first", alone=False)


def completed(about: Envelope, attempt: str, node: str = "n", **detail: Any) -> TaskEvent:
    """An attempt came to its end."""
    return fact(EventKind.COMPLETED, about, node, attempt, duration_ms=1, outcome="completed", **detail)


def dead(about: Envelope, attempt: str, node: str = "n") -> TaskEvent:
    """An attempt failed for good."""
    detail = {"problem": PROBLEM, "outcome": "failed", "trace": "Traceback", "command": about.payload()}
    return fact(EventKind.DEAD, about, node, attempt, **detail)


def cancelled(about: Envelope, attempt: str = "", node: str = "n") -> TaskEvent:
    """A message of a cancelled job came."""
    return fact(EventKind.CANCELLED, about, node, attempt, command=about.payload())


def released(about: Envelope, attempt: str, node: str = "n", *, alone: bool = True) -> TaskEvent:
    """An attempt's process died."""
    return fact(EventKind.RELEASED, about, node, attempt, reason="its process died", alone=alone)


class Shipper:
    """Ships events of one journal in batches, each after the last."""

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
