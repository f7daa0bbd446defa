"""The rows that events become, as JSON for the statements that insert them."""

from typing import Any

from winnow_base.redaction import redact
from winnow_contracts.events import EventKind, SequencedEvent, TaskEvent
from winnow_index.history.open_commands import without_command
from winnow_index.store.kinds import kind_of
from winnow_index.store.sanitize import sanitize


def job_row(event: TaskEvent) -> dict[str, Any]:
    """The row of a job of which this is the first event. The time of an acceptance is what the gateway said."""
    accepted_ms = event.detail.get("created_ms") if event.kind is EventKind.ACCEPTED else None
    created_ms = event.at_ms if accepted_ms is None else accepted_ms
    return {
        "job_id": event.job_id,
        "tenant_id": event.tenant_id,
        "media_id": event.media_id,
        "created_ms": created_ms,
    }


def media_row(event: TaskEvent) -> dict[str, Any]:
    """The row of that job's media, until its acceptance tells more."""
    return {**job_row(event), "kind": kind_of(event.actor)}


def event_row(journal_id: str, one: SequencedEvent) -> dict[str, Any]:
    """The row of an event, without the secrets that its error may tell; its command is kept elsewhere."""
    event = one.event
    return {
        "journal_id": journal_id,
        "seq": one.seq,
        "kind": event.kind.value,
        "tenant_id": event.tenant_id,
        "job_id": event.job_id,
        "media_id": event.media_id,
        "task_id": event.task_id,
        "actor": event.actor,
        "queue": event.queue,
        "run": event.run,
        "retry": event.retry,
        "attempt_id": event.attempt_id,
        "node": event.node,
        "at_ms": event.at_ms,
        "detail": sanitize(_without_secrets(without_command(event.detail))),
    }


def _without_secrets(detail: dict[str, Any]) -> dict[str, Any]:
    """What an error says comes from anywhere, also from an endpoint's answer. What a replay sends stays as it is."""
    told: dict[str, Any] = {name: redact(detail[name]) for name in ("problem", "trace") if name in detail}
    return {**detail, **told} if told else detail
