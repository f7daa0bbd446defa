"""One table decides what a delivered message means (docs/states.md has it in words)."""

from enum import StrEnum

from winnow_contracts.envelope import Envelope
from winnow_contracts.states import TERMINAL, TaskState
from winnow_journal.values import Arrival, TaskRow, Why

DEATHS_ALONE = 2
"""A task that killed its process this often while it ran alone is poison."""


class Meaning(StrEnum):
    """What to do with a message that does not lead to a run."""

    FINISHED = "finished"
    """Publish what of its outbox is unconfirmed, ack, do not run."""
    STALE = "stale"
    """The original came back after its retry copy was written: publish the copy if unconfirmed, ack."""
    ELSEWHERE = "elsewhere"
    """Index knows its end, or that a later copy comes, and nothing that follows can be missing: ack."""
    CANCELLED = "cancelled"
    """End it as cancelled without running it."""
    POISON = "poison"
    """End it as dead: it killed its process twice while it ran alone."""


def decide(row: TaskRow | None, envelope: Envelope, arrival: Arrival) -> Why | Meaning:
    """What a message means, given the journal's row: why to run it, or what else to do."""
    if row is None:
        return _unknown(envelope, arrival)
    if row.state in TERMINAL:
        return Meaning.FINISHED
    if envelope.retry < row.retry:
        return Meaning.STALE
    if arrival.cancelled:
        return Meaning.CANCELLED
    if arrival.past.ended or arrival.past.covered:
        return Meaning.ELSEWHERE
    if max(row.deaths_alone, arrival.past.deaths_alone) >= DEATHS_ALONE:
        return Meaning.POISON
    if row.state is TaskState.RETRY_WAIT:
        return Why.RETRY
    # Running: not in this process, whose registry was asked first, and no other owns this journal.
    return Why.TAKEOVER if row.suspect or row.state is TaskState.RUNNING else Why.RESUMED


def asks_index(row: TaskRow | None, envelope: Envelope, *, redelivered: bool) -> bool:
    """Whether index is to be asked first what became of the task elsewhere. A fresh message has no past."""
    is_open_here = row is None or (row.state not in TERMINAL and envelope.retry >= row.retry)
    return (redelivered or envelope.again) and is_open_here


def runs_alone(row: TaskRow | None, arrival: Arrival) -> bool:
    """Whether the task may have killed a process; where nothing is known of it, a redelivery counts as that."""
    if row is not None:
        return row.suspect > 0 or (arrival.redelivered and arrival.past.open_elsewhere)
    return arrival.redelivered and not arrival.past.settled


def _unknown(envelope: Envelope, arrival: Arrival) -> Why | Meaning:
    """A message of a task without a row."""
    if arrival.cancelled:
        return Meaning.CANCELLED
    if arrival.past.ended or arrival.past.covered:
        return Meaning.ELSEWHERE
    if arrival.past.deaths_alone >= DEATHS_ALONE:
        return Meaning.POISON
    if arrival.redelivered:
        return Why.REDELIVERED
    return Why.AGAIN if envelope.again else Why.FIRST
