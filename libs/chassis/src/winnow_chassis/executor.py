"""Takes one delivery to its end: decide by the journal, run, end in one transaction, ack when all is confirmed."""

import dataclasses
import logging
import threading
from collections.abc import Callable
from typing import Protocol

from winnow_chassis import metrics
from winnow_chassis.attempt import INTERRUPTED, Attempts, about
from winnow_chassis.control import Control
from winnow_chassis.gate import ConsumptionGate
from winnow_chassis.lane import Delivery
from winnow_chassis.relay import Relay
from winnow_chassis.room import Room
from winnow_chassis.running import Running
from winnow_contracts import faults
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.events import EventKind, TaskEvent
from winnow_contracts.past import Past
from winnow_contracts.states import TaskState
from winnow_journal.decision import asks_index
from winnow_journal.facts import ending_fact, fact
from winnow_journal.protocol import Journal
from winnow_journal.values import Arrival, Ending, JournalUnusable, Outgoing, Settled, Take

_LOG = logging.getLogger(__name__)
_AFTER_BUG_SECONDS = 1.0


class Asks(Protocol):
    """Asks index what became of a task; see ``Elsewhere.past``."""

    def __call__(self, envelope: Envelope, *, redelivered: bool) -> Past:
        """The answer."""


class Executor:
    """What Dramatiq's worker threads call with each delivery. It never raises: every way out is an outcome.

    ``past`` asks index what became of a task; ``recorded`` is called after each write that left events in the journal;
    ``tell`` gets live events, best effort.
    """

    def __init__(
        self,
        journal: Journal,
        relay: Relay,
        attempts: Attempts,
        gate: ConsumptionGate,
        control: Control,
        *,
        past: Asks,
        stopping: threading.Event,
        tell: Callable[[TaskEvent], None],
        recorded: Callable[[], None],
    ) -> None:
        self._journal = journal
        self._relay = relay
        self._attempts = attempts
        self._gate = gate
        self._control = control
        self._past = past
        self._running = Running()
        self._room = Room(stopping)
        self._stopping = stopping
        self._tell = tell
        self._recorded = recorded

    def __call__(self, delivery: Delivery) -> None:
        """Take a delivery to its end."""
        if self._stopping.is_set() or not self._gate.is_open or self._control.is_paused(delivery.envelope.queue):
            delivery.requeue()
            return
        if not self._running.begin(delivery):
            metrics.DUPLICATES.labels("running_here").inc()
            return
        try:
            gate, requeue = self._decide(delivery)
        except JournalUnusable as error:
            # Not acked: the broker keeps the message until this node can write again, or another takes it.
            self._gate.close("journal", str(error))
            gate, requeue = (), True
        except Exception:  # noqa: BLE001 - a bug of ours must neither lose the message nor hold its copies for ever
            _LOG.exception("A delivery could not be worked on; it goes back.", extra=about(delivery.envelope))
            self._stopping.wait(_AFTER_BUG_SECONDS)
            gate, requeue = (), True
        self._settle(self._running.end(delivery), gate, requeue=requeue)

    def _decide(self, delivery: Delivery) -> tuple[tuple[Outgoing, ...], bool]:
        """The rows that hold the ack back, and whether to hand the message back instead."""
        envelope = delivery.envelope
        cancelled = self._control.is_cancelled(envelope)
        past = Past() if cancelled else self._asked(delivery)
        arrival = Arrival(redelivered=delivery.redelivered, cancelled=cancelled, past=past)
        admission = self._journal.admit(envelope, arrival)
        self._recorded()
        match admission:
            case Take():
                faults.reach("executor.admitted")
                with self._room.entered(alone=admission.alone) as entered:
                    # If its connection broke while it waited here, the broker's redelivery is the one to run. Not
                    # for a suspect: an attempt that is interrupted would clear it.
                    stands = entered and (admission.alone or delivery.stands)
                    ending = self._run(envelope, admission) if stands else INTERRUPTED
                    # Another node may have run it to its end: then what follows was sent from there.
                    ending = dataclasses.replace(ending, again=_may_have_run(delivery))
                    return self._end(envelope, admission, ending)
            case Settled():
                metrics.DUPLICATES.labels(admission.cause).inc()
                return admission.gate, False

    def _asked(self, delivery: Delivery) -> Past:
        """Index's word on a task that may have run elsewhere; a fresh message has no past."""
        if not _may_have_run(delivery):
            return Past()
        envelope = delivery.envelope
        row = self._journal.standing(envelope.task_id)
        if not asks_index(row, envelope, redelivered=delivery.redelivered):
            return Past()
        return self._past(envelope, redelivered=delivery.redelivered)

    def _run(self, envelope: Envelope, take: Take) -> Ending:
        actor = envelope.actor
        if take.alone and not self._stopping.is_set():
            self._journal.run_alone(envelope.task_id, take.attempt_id)
        self._tell(fact(EventKind.STARTED, envelope, self._journal.node, take.attempt_id, why=take.why.value))
        waited_ms = now_ms() - max(envelope.created_ms, envelope.not_before_ms)
        metrics.TASK_WAIT.labels(actor).observe(max(waited_ms, 0) / 1000)
        with metrics.TASKS_RUNNING.labels(actor).track_inprogress():
            return self._attempts.run(envelope, take)

    def _end(self, envelope: Envelope, take: Take, ending: Ending) -> tuple[tuple[Outgoing, ...], bool]:
        gate = self._journal.finish(envelope, take.attempt_id, ending)
        faults.reach("executor.finished")
        self._recorded()
        self._tell(ending_fact(envelope, ending, self._journal.node, take.attempt_id))
        metrics.TASKS.labels(envelope.actor, ending.outcome.value).inc()
        metrics.TASK_DURATION.labels(envelope.actor).observe(ending.duration_ms / 1000)
        return gate, ending.state is TaskState.PENDING

    def _settle(self, deliveries: list[Delivery], gate: tuple[Outgoing, ...], *, requeue: bool) -> None:
        def ack_all() -> None:
            faults.reach("executor.confirmed")
            for delivery in deliveries:
                delivery.ack()

        if requeue:
            for delivery in deliveries:
                delivery.requeue()
        else:
            self._relay.offer(gate, then=ack_all)


def _may_have_run(delivery: Delivery) -> bool:
    """Whether its task may have run before, here or elsewhere: a message that comes for the first time is fresh."""
    return delivery.redelivered or delivery.envelope.again
