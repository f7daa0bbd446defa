"""Builds the events that the journal records about a task."""

from typing import Any

from winnow_contracts.envelope import Envelope, now_ms, open_envelope
from winnow_contracts.errors import Permanent
from winnow_contracts.events import ENVELOPE, EventKind, JobAccepted, TaskEvent
from winnow_contracts.states import Outcome, TaskState
from winnow_journal.codec import plain
from winnow_journal.values import AttemptResult

ENDINGS: dict[TaskState, EventKind] = {
    TaskState.COMPLETED: EventKind.COMPLETED,
    TaskState.RETRY_WAIT: EventKind.RETRYING,
    TaskState.DEAD: EventKind.DEAD,
    TaskState.CANCELLED: EventKind.CANCELLED,
    TaskState.PENDING: EventKind.INTERRUPTED,
}
GATING = frozenset((EventKind.DEAD, EventKind.CANCELLED))
"""Events that hold the ack back until the broker has confirmed them. No child command tells index about these
endings."""


ENDED_ON_OTHER_NODE = AttemptResult(
    state=TaskState.COMPLETED, outcome=Outcome.COMPLETED, superseded="Index knew its end already."
)
"""A task that began here but ended elsewhere: index has its end from another node, or from a process that died before
it recorded the end here."""

CANCELLED_UNRUN = AttemptResult(state=TaskState.CANCELLED, outcome=Outcome.CANCELLED)
"""A task that was cancelled before it ran."""

POISONED = AttemptResult(
    state=TaskState.DEAD,
    outcome=Outcome.DIED,
    error=Permanent(
        "The task killed its worker process twice while it ran alone.",
        code="poison",
        hint="Look at the worker's log and memory; once its cause is mended, replay the task.",
    ).to_json(),
)
"""A poison task: dead, and not run again by itself."""


def new_event(
    kind: EventKind, envelope: Envelope, node: str, attempt_id: str = "", /, *, at_ms: int | None = None, **detail: Any
) -> TaskEvent:
    """An event about ``envelope``'s task, at ``at_ms`` (Unix milliseconds) or now.

    ``detail`` becomes the event's ``detail``. All functions here take ``at_ms`` in this sense.
    """
    command = envelope.command
    return TaskEvent(
        kind=kind,
        tenant_id=command.tenant_id,
        job_id=command.job_id,
        media_id=command.media_id,
        at_ms=now_ms() if at_ms is None else at_ms,
        node=node,
        task_id=envelope.task_id,
        actor=envelope.actor,
        queue=envelope.queue,
        run=envelope.run,
        retry=envelope.retry,
        attempt_id=attempt_id,
        detail=detail,
    )


def accepted_event(envelope: Envelope, accepted: JobAccepted, node: str, *, at_ms: int | None = None) -> TaskEvent:
    """The event for a job's acceptance."""
    return new_event(EventKind.ACCEPTED, envelope, node, at_ms=at_ms, **plain(accepted))


def enqueued_event(envelope: Envelope, node: str, origin: str, *, at_ms: int | None = None) -> TaskEvent:
    """The event for a newly written task. ``origin`` is the id of the task that sent it, or empty."""
    length_ms = envelope.command.length_ms
    known = {"length_ms": length_ms} if length_ms else {}
    return new_event(EventKind.ENQUEUED, envelope, node, at_ms=at_ms, origin=origin, **known, **_kept(envelope))


def released_event(
    envelope: Envelope, node: str, attempt_id: str, *, alone: bool, at_ms: int | None = None
) -> TaskEvent:
    """The event for an attempt whose process died."""
    return new_event(
        EventKind.RELEASED, envelope, node, attempt_id, at_ms=at_ms, reason="its process died", alone=alone
    )


def superseded_event(
    envelope: Envelope, ending: AttemptResult, node: str, attempt_id: str, *, at_ms: int | None = None
) -> TaskEvent:
    """The event for an attempt that ended after another had taken over.

    It reports the AI calls too: they were paid for.
    """
    spent = {"spent": list(ending.spent)} if ending.spent else {}
    return new_event(
        EventKind.SUPERSEDED, envelope, node, attempt_id, at_ms=at_ms, outcome=ending.outcome.value, **spent
    )


def end_event(
    envelope: Envelope,
    ending: AttemptResult,
    node: str,
    attempt_id: str,
    *,
    copy: Envelope | None = None,
    at_ms: int | None = None,
) -> TaskEvent:
    """The event for an attempt's end. ``copy`` is the retry copy that was written, if one was."""
    detail: dict[str, Any] = {"outcome": ending.outcome.value, "duration_ms": ending.duration_ms}
    if ending.error:
        detail["problem"] = ending.error
    if ending.trace:
        detail["trace"] = ending.trace
    if ending.result:
        detail["result"] = ending.result
    if ending.superseded:
        detail["superseded"] = ending.superseded
    if ending.spent:
        detail["spent"] = list(ending.spent)
    if ending.state is TaskState.RETRY_WAIT:
        detail["delay_ms"] = ending.delay_ms
    if copy is not None:
        detail |= _kept(copy)
    if ENDINGS[ending.state] in GATING:
        detail["command"] = envelope.payload()  # what a replay sends again
    return new_event(ENDINGS[ending.state], envelope, node, attempt_id, at_ms=at_ms, **detail)


def told_command(event: TaskEvent) -> Envelope:
    """The message that an enqueued or retrying event tells of. Raises as ``codec.from_text``, KeyError if of none."""
    told = event.detail[ENVELOPE]
    return open_envelope(told["headers"], told["payload"])


def _kept(envelope: Envelope) -> dict[str, Any]:
    """The entry of an event's detail by which index keeps a second copy of the message."""
    return {ENVELOPE: {"headers": envelope.headers(), "payload": plain(envelope.command)}}
