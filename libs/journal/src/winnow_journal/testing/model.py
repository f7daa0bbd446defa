"""Models what surrounds a journal: a broker that loses nothing by itself, and an index that folds events."""

from dataclasses import dataclass, field

from winnow_contracts.commands import StoreDrill
from winnow_contracts.envelope import Envelope
from winnow_contracts.events import ENVELOPE, EventKind, TaskEvent
from winnow_contracts.task_history import TaskHistory
from winnow_journal.event_factory import told_command
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


_TERMINAL = frozenset((EventKind.COMPLETED, EventKind.CANCELLED, EventKind.DEAD))


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
    open: dict[str, Envelope] = field(default_factory=dict)
    """The command of every task that is not known to have ended, by task id."""
    due: dict[str, Envelope] = field(default_factory=dict)
    """Those to be published again, because the broker lost its data."""

    def take(self, batch: Batch) -> int:
        """Store a batch; returns the watermark.

        Fails if one number names two events, because index would lose one of them.
        """
        for seq, event in batch.events.items():
            known = self.events.setdefault((batch.journal_id, seq), event)
            assert known == event, f"number {seq} was used for two events"
            self._keep(event)
        applied, last = self.applied.get(batch.journal_id, 0), max(batch.events)
        if batch.previous_seq <= applied < last:
            self.applied[batch.journal_id] = applied = last
        return applied

    def broker_lost_its_data(self) -> None:
        """Let everything be published again that is kept now."""
        self.due = {task_id: envelope for task_id, envelope in self.open.items() if self.is_open(envelope)}

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
            or (possible_duplicate and self._end_is_kept(envelope.task_id, children)),
            later_retry_exists=possible_duplicate
            and envelope.task_id in self.open
            and self.open[envelope.task_id].retry > envelope.retry,
            no_open_attempts=bool(begun) and not doubtful,
            open_on_other_node=any(
                event.attempt_id in doubtful and teller != journal_id for (teller, _), event in self.events.items()
            ),
            isolated_crashes=sum(event.kind is EventKind.RELEASED and event.detail["alone"] for event in own),
        )

    def _keep(self, event: TaskEvent) -> None:
        if ENVELOPE in event.detail:
            told = told_command(event)
            known = self.open.get(event.task_id)
            if known is None or known.retry < told.retry:
                self.open[event.task_id] = told
                self.due.pop(event.task_id, None)

    def is_open(self, envelope: Envelope) -> bool:
        """Whether neither the task nor its job's run is known to have ended."""
        kinds = {event.kind for event in self.events.values() if event.task_id == envelope.task_id}
        job_id = envelope.command.job_id
        return not kinds & _TERMINAL and self.runs[job_id] <= envelope.run and not self.ended(job_id)

    def _end_is_kept(self, task_id: str, children: set[str]) -> bool:
        """Whether a journal told that the task completed, and whatever follows from that cannot be lost with it."""
        told = [
            (journal_id, seq)
            for (journal_id, seq), event in self.events.items()
            if (event.task_id, event.kind) == (task_id, EventKind.COMPLETED)
        ]
        stands = any(journal_id == self.journals[-1] for journal_id, _ in told)
        complete = any(seq <= self.applied.get(journal_id, 0) for journal_id, seq in told)
        over = {event.task_id for event in self.events.values() if event.kind in _TERMINAL}
        return (complete or stands) and all(child in self.open or child in over for child in children)
