"""Decides what a delivered message means, by one table (docs/states.md has it in words)."""

from enum import StrEnum

from winnow_contracts.envelope import Envelope
from winnow_contracts.states import TERMINAL, TaskState
from winnow_journal.values import DeliveryContext, StartReason, TaskRow

ISOLATED_CRASHES = 2
"""A task is poison after this many crashes of its process while it ran alone."""


class SkipReason(StrEnum):
    """Why a message does not lead to a run, and what to do with it instead."""

    FINISHED = "finished"
    """The task has ended here. Publish its unconfirmed outbox rows, then ack."""
    STALE = "stale"
    """The original was redelivered after its retry copy was written. Publish the copy if it is unconfirmed, then
    ack."""
    HANDLED_BY_OTHER_NODE = "elsewhere"
    """Index knows the task's end, or that a later copy will arrive, and no message that follows from it can be missing.
    Ack."""
    CANCELLED = "cancelled"
    """End the task as cancelled without running it."""
    POISON = "poison"
    """End the task as dead. It killed its process twice while it ran alone."""


def decide(row: TaskRow | None, envelope: Envelope, context: DeliveryContext) -> StartReason | SkipReason:
    """Return why to run the message's task, or why to skip it, given the journal's row."""
    if row is None:
        return _unknown(envelope, context)
    if row.state in TERMINAL:
        return SkipReason.FINISHED
    if envelope.retry < row.retry:
        return SkipReason.STALE
    if context.cancelled:
        return SkipReason.CANCELLED
    if context.history.ended or context.history.later_retry_exists:
        return SkipReason.HANDLED_BY_OTHER_NODE
    if max(row.isolated_crashes, context.history.isolated_crashes) >= ISOLATED_CRASHES:
        return SkipReason.POISON
    if row.state is TaskState.RETRY_WAIT or envelope.retry > row.retry:
        return _of_copy(envelope, context)
    # A row in state RUNNING is left over from a dead process. The caller has checked that the task does not run in this
    # process, and no other process owns this journal.
    return StartReason.TAKEOVER if row.suspect or row.state is TaskState.RUNNING else StartReason.RESUMED


def asks_index(row: TaskRow | None, envelope: Envelope, *, redelivered: bool) -> bool:
    """Whether to ask index first what became of the task on other nodes. A fresh message is never asked about."""
    is_open_here = row is None or (row.state not in TERMINAL and envelope.retry >= row.retry)
    return (redelivered or envelope.possible_duplicate) and is_open_here


def runs_alone(row: TaskRow | None, envelope: Envelope, context: DeliveryContext) -> bool:
    """Whether the task must run alone: its copy asks for it, or it may have killed a process.

    For a task without a row here, a redelivery counts as a possible crash, unless index knows of no open attempt.
    """
    if envelope.alone:
        return True
    if row is not None:
        return row.suspect > 0 or (context.redelivered and context.history.open_on_other_node)
    return context.redelivered and not context.history.no_open_attempts


def _unknown(envelope: Envelope, context: DeliveryContext) -> StartReason | SkipReason:
    """Decide on a message whose task has no row here."""
    if context.cancelled:
        return SkipReason.CANCELLED
    if context.history.ended or context.history.later_retry_exists:
        return SkipReason.HANDLED_BY_OTHER_NODE
    if context.history.isolated_crashes >= ISOLATED_CRASHES:
        return SkipReason.POISON
    return _of_copy(envelope, context)


def _of_copy(envelope: Envelope, context: DeliveryContext) -> StartReason:
    """Return why to run a copy that this journal has not seen: the same on every node that it may reach."""
    if context.redelivered:
        return StartReason.REDELIVERED
    if envelope.possible_duplicate:
        return StartReason.POSSIBLE_DUPLICATE
    return StartReason.RETRY if envelope.retry else StartReason.FIRST
