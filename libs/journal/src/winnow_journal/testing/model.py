"""Models what surrounds a journal: a broker that loses nothing by itself, and an index that folds events."""

from dataclasses import dataclass, field

from winnow_contracts.commands import StoreDrill
from winnow_contracts.envelope import Envelope
from winnow_contracts.events import EventKind, TaskEvent
from winnow_contracts.task_history import TaskHistory
from winnow_journal.values import OutboxRow

_ENDS = frozenset(
    (
        EventKind.RETRYING,
        EventKind.INTERRUPTED,
        EventKind.RELEASED,
        EventKind.COMPLETED,
        EventKind.CANCELLED,
        EventKind.DEAD,
        EventKind.SUPERSEDED,
    )
)


@dataclass(eq=False)
class Message:
    """One copy of a command on the broker, until it is acked."""

    envelope: Envelope
    unacked: bool = False
    redelivered: bool = False

    def hand_back(self) -> None:
        """Return the message to the queue: its channel is gone, or a worker does not take it now."""
        self.unacked, self.redelivered = False, True


@dataclass(eq=False)
class Attempt:
    """A running attempt, and the messages that are settled when it ends.

    ``sends_again``: the commands it sends may have been sent before.
    """

    attempt_id: str
    envelope: Envelope
    messages: list[Message]
    sends_again: bool = False


@dataclass(eq=False)
class PendingAck:
    """Messages that are acked once the broker holds ``rows``."""

    rows: tuple[OutboxRow, ...]
    messages: list[Message]


@dataclass
class Batch:
    """Events on their way to index, by number."""

    journal_id: str
    previous_seq: int
    events: dict[int, TaskEvent]


@dataclass
class ModelIndex:
    """Applies event batches as index does, in any order and with repeats."""

    events: dict[tuple[str, int], TaskEvent] = field(default_factory=dict)
    applied: dict[str, int] = field(default_factory=dict)
    journals: list[str] = field(default_factory=list)
    """The node's journals, oldest first. A journal counts as lost once a later one ships a batch."""
    runs: dict[str, int] = field(default_factory=dict)
    """The present run of each job."""
    cancelled: dict[str, int] = field(default_factory=dict)
    stored: dict[str, int] = field(default_factory=dict)
    """Jobs whose result is served, with the run it came from."""

    def take(self, batch: Batch) -> int:
        """Store a batch; returns the watermark.

        Fails if one number names two events, because index would lose one of them.
        """
        for seq, event in batch.events.items():
            known = self.events.setdefault((batch.journal_id, seq), event)
            assert known == event, f"number {seq} was used for two events"
        applied, last = self.applied.get(batch.journal_id, 0), max(batch.events)
        if batch.previous_seq <= applied < last:
            self.applied[batch.journal_id] = applied = last
        return applied

    def ended(self, job_id: str) -> bool:
        """Whether the job's present run has ended."""
        run = self.runs[job_id]
        if run in (self.stored.get(job_id), self.cancelled.get(job_id)):
            return True
        own = [event for event in self.events.values() if (event.job_id, event.run) == (job_id, run)]
        return any(
            event.kind in (EventKind.DEAD, EventKind.CANCELLED)
            or (event.kind is EventKind.COMPLETED and event.actor == StoreDrill.ACTOR)
            for event in own
        )

    def history(self, envelope: Envelope, *, redelivered: bool, journal_id: str) -> TaskHistory:
        """The history of a task on other nodes, for the journal that asks."""
        possible_duplicate = envelope.possible_duplicate and not redelivered
        own = [event for event in self.events.values() if event.task_id == envelope.task_id]
        kinds = {event.kind for event in own}
        begun = {event.attempt_id for event in own if event.kind is EventKind.STARTED}
        ended = {event.attempt_id for event in own if event.kind in _ENDS}
        heard = list(dict.fromkeys(event.attempt_id for event in own if event.attempt_id))
        last_ended = max((heard.index(one) for one in ended if one), default=-1)
        doubtful = set(heard[last_ended + 1 :])
        job_id = envelope.command.job_id
        children = {e.task_id for e in self.events.values() if e.detail.get("origin") == envelope.task_id}
        started = {e.task_id for e in self.events.values() if e.kind is EventKind.STARTED}
        return TaskHistory(
            ended=self.runs[job_id] > envelope.run
            or self.ended(job_id)
            or bool(kinds & {EventKind.DEAD, EventKind.CANCELLED})
            or (EventKind.COMPLETED in kinds and bool(children) and children <= started)
            or (possible_duplicate and self._keeps(envelope.task_id, EventKind.COMPLETED)),
            later_retry_exists=possible_duplicate and self._keeps(envelope.task_id, EventKind.RETRYING, envelope.retry),
            no_open_attempts=bool(begun) and not doubtful,
            open_on_other_node=any(
                event.attempt_id in doubtful and teller != journal_id for (teller, _), event in self.events.items()
            ),
            isolated_crashes=sum(event.kind is EventKind.RELEASED and event.detail["alone"] for event in own),
        )

    def _keeps(self, task_id: str, kind: EventKind, retry: int = 0) -> bool:
        """Whether a journal not known as lost reported such an event of the task."""
        last = max((self.journals.index(journal_id) for journal_id, _ in self.events), default=0)
        return any(
            (event.task_id, event.kind) == (task_id, kind) and event.retry >= retry and self.journals.index(one) == last
            for (one, _), event in self.events.items()
        )
