"""One table decides what a delivered message means (docs/states.md has it in words)."""

from enum import StrEnum

from winnow_contracts.envelope import Envelope
from winnow_contracts.states import TERMINAL, TaskState
from winnow_journal.values import DeliveryContext, StartReason, TaskRow

ISOLATED_CRASHES = 2
"""A task that killed its process this often while it ran alone is poison."""


class SkipReason(StrEnum):
    """What to do with a message that does not lead to a run."""

    FINISHED = "finished"
    """Publish what of its outbox is unconfirmed, ack, do not run."""
    STALE = "stale"
    """The original came back after its retry copy was written: publish the copy if unconfirmed, ack."""
    HANDLED_BY_OTHER_NODE = "elsewhere"
    """Index knows its end, or that a later copy comes, and nothing that follows can be missing: ack."""
    CANCELLED = "cancelled"
    """End it as cancelled without running it."""
    POISON = "poison"
    """End it as dead: it killed its process twice while it ran alone."""


def decide(row: TaskRow | None, envelope: Envelope, context: DeliveryContext) -> StartReason | SkipReason:
    """What a message means, given the journal's row: why to run it, or what else to do."""
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
    if row.state is TaskState.RETRY_WAIT:
        return StartReason.RETRY
    # Running: not in this process, whose registry was asked first, and no other owns this journal.
    return StartReason.TAKEOVER if row.suspect or row.state is TaskState.RUNNING else StartReason.RESUMED


def asks_index(row: TaskRow | None, envelope: Envelope, *, redelivered: bool) -> bool:
    """Whether index is to be asked first what became of the task elsewhere. A fresh message has no past."""
    is_open_here = row is None or (row.state not in TERMINAL and envelope.retry >= row.retry)
    return (redelivered or envelope.possible_duplicate) and is_open_here


def runs_alone(row: TaskRow | None, context: DeliveryContext) -> bool:
    """Whether the task may have killed a process; where nothing is known of it, a redelivery counts as that."""
    if row is not None:
        return row.suspect > 0 or (context.redelivered and context.history.open_on_other_node)
    return context.redelivered and not context.history.no_open_attempts


def _unknown(envelope: Envelope, context: DeliveryContext) -> StartReason | SkipReason:
    """A message of a task without a row."""
    if context.cancelled:
        return SkipReason.CANCELLED
    if context.history.ended or context.history.later_retry_exists:
        return SkipReason.HANDLED_BY_OTHER_NODE
    if context.history.isolated_crashes >= ISOLATED_CRASHES:
        return SkipReason.POISON
    if context.redelivered:
        return StartReason.REDELIVERED
    return StartReason.POSSIBLE_DUPLICATE if envelope.possible_duplicate else StartReason.FIRST
