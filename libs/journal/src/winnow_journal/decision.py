"""One table decides what a delivered message means (docs/states.md has it in words)."""

from enum import StrEnum

from winnow_contracts.states import TERMINAL, TaskState
from winnow_journal.values import TaskRow, Why


class Meaning(StrEnum):
    """What to do with a message that does not lead to a run."""

    FINISHED = "finished"
    """Publish what of its outbox is unconfirmed, ack, do not run."""
    STALE = "stale"
    """The original came back after its retry copy was written: publish the copy if unconfirmed, ack."""


def decide(row: TaskRow | None, retry: int, *, redelivered: bool) -> Why | Meaning:
    """What a message with this ``retry`` means, given the journal's row: why to run it, or what else to do."""
    if row is None:
        return Why.REDELIVERED if redelivered else Why.FIRST
    if row.state in TERMINAL:
        return Meaning.FINISHED
    if retry < row.retry:
        return Meaning.STALE
    match row.state:
        case TaskState.RUNNING:
            # It does not run in this process, whose registry was asked first, and no other owns this journal.
            return Why.TAKEOVER
        case TaskState.RETRY_WAIT:
            return Why.RETRY
        case _:
            return Why.TAKEOVER if row.suspect else Why.RESUMED
