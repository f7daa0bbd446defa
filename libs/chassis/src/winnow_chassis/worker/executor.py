"""Handles one delivery: decide by the journal, run, end in one transaction, ack when everything is confirmed."""

import dataclasses
import logging
import threading
from contextlib import AbstractContextManager
from typing import Protocol

from winnow_base import metrics, tracing
from winnow_chassis.broker.consumer import Delivery
from winnow_chassis.outbox.relay import Relay
from winnow_chassis.worker.actor_runner import INTERRUPTED, ActorRunner, about
from winnow_chassis.worker.circuit_breaker import ConsumerBreaker
from winnow_chassis.worker.control import Control
from winnow_chassis.worker.in_flight import InFlightTasks
from winnow_chassis.worker.isolation import IsolationLock
from winnow_chassis.worker.task_counts import TaskCounts
from winnow_contracts import trace_context
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.failpoints import failpoint
from winnow_contracts.states import TaskState
from winnow_contracts.task_history import TaskHistory
from winnow_journal.decision import asks_index
from winnow_journal.protocol import Journal
from winnow_journal.values import AttemptResult, DeliveryContext, JournalUnusable, OutboxRow, Run, Skip

_LOG = logging.getLogger(__name__)
_AFTER_BUG_SECONDS = 1.0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settlement:
    """What becomes of a message: it goes back to its lane, or is acked once every row of ``awaiting`` is confirmed."""

    requeue: bool = False
    awaiting: tuple[OutboxRow, ...] = ()


REQUEUE = Settlement(requeue=True)


class HistoryLookup(Protocol):
    """Looks up what became of a task; see ``TaskHistoryClient.lookup``."""

    def __call__(self, envelope: Envelope, *, redelivered: bool) -> TaskHistory:
        """The task's history."""


class Executor:
    """Handles each delivery that Dramatiq's worker threads pass to it.

    It never raises: every exception has an outcome. ``lookup_history`` asks index what became of a task.
    """

    def __init__(
        self,
        journal: Journal,
        relay: Relay,
        runner: ActorRunner,
        breaker: ConsumerBreaker,
        control: Control,
        *,
        lookup_history: HistoryLookup,
        stopping: threading.Event,
    ) -> None:
        self._journal = journal
        self._relay = relay
        self._runner = runner
        self._breaker = breaker
        self._control = control
        self._lookup_history = lookup_history
        self.counts = TaskCounts()
        self._in_flight = InFlightTasks()
        self._isolation = IsolationLock(stopping)
        self._stopping = stopping

    def __call__(self, delivery: Delivery) -> None:
        """Handle a delivery until it is settled, or waits only for confirms."""
        if self._stopping.is_set() or not self._breaker.may_consume or self._control.is_paused(delivery.lane):
            delivery.requeue()
            return
        if not self._in_flight.begin(delivery):
            metrics.DUPLICATES.labels("running_here").inc()
            return
        try:
            with trace_context.entered(delivery.envelope.traceparent):
                settlement = self._decide(delivery)
        except JournalUnusable as error:
            # Do not ack. The broker keeps the message until this node can write again, or another node takes it.
            self._breaker.trip("journal", str(error))
            settlement = REQUEUE
        except Exception:  # noqa: BLE001 - a bug of ours must neither lose the message nor hold its copies for ever
            _LOG.exception("Unexpected error in a delivery; it is requeued.", extra=about(delivery.envelope))
            self._stopping.wait(_AFTER_BUG_SECONDS)
            settlement = REQUEUE
        self._settle(self._in_flight.end(delivery), settlement)

    def _decide(self, delivery: Delivery) -> Settlement:
        """Handle the message; returns what becomes of it."""
        envelope = delivery.envelope
        cancelled = self._control.is_cancelled(envelope)
        history = TaskHistory() if cancelled else self._asked(delivery)
        context = DeliveryContext(redelivered=delivery.redelivered, cancelled=cancelled, history=history)
        match claim := self._journal.claim(envelope, context):
            case Run():
                failpoint("executor.admitted")
                with self._isolation.entered(alone=claim.alone) as entered:
                    # If the connection broke while we waited for the lock, let the redelivered copy run instead.
                    # Suspects must run here: an interrupted attempt would reset their crash count.
                    stands = entered and (claim.alone or delivery.stands)
                    with _attempt_span(envelope, claim) as span:
                        ending = self._run(delivery, claim) if stands else INTERRUPTED
                        # Another node may have finished the task and sent what follows from it.
                        ending = dataclasses.replace(ending, possible_duplicate=_may_have_run(delivery))
                        span.note("winnow.outcome", ending.outcome.value)
                        if ending.error:
                            span.fail(ending.outcome.value)
                        return self._end(envelope, claim, ending)
            case Skip():
                metrics.DUPLICATES.labels(claim.cause).inc()
                return Settlement(awaiting=claim.awaiting)

    def _asked(self, delivery: Delivery) -> TaskHistory:
        """Index's answer about a task that may have run elsewhere. A fresh message is not looked up."""
        if not _may_have_run(delivery):
            return TaskHistory()
        envelope = delivery.envelope
        row = self._journal.task_state(envelope.task_id)
        if not asks_index(row, envelope, redelivered=delivery.redelivered):
            return TaskHistory()
        return self._lookup_history(envelope, redelivered=delivery.redelivered)

    def _run(self, delivery: Delivery, run: Run) -> AttemptResult:
        envelope, actor = delivery.envelope, delivery.envelope.actor
        if run.alone and not self._stopping.is_set():
            self._journal.mark_isolated(envelope.task_id, run.attempt_id)
        waited_ms = now_ms() - max(envelope.created_ms, envelope.not_before_ms)
        metrics.TASK_WAIT.labels(actor).observe(max(waited_ms, 0) / 1000)
        with self.counts.running(actor):
            # A suspect that recorded a step makes progress: the journal takes a crash after that for no sign of poison.
            shares = run.alone and not envelope.alone
            stepped = self._isolation.share if shares else lambda: None
            return self._runner.run(envelope, run, lane=delivery.lane, stepped=stepped)

    def _end(self, envelope: Envelope, run: Run, ending: AttemptResult) -> Settlement:
        awaiting = self._journal.finish(envelope, run.attempt_id, ending)
        failpoint("executor.finished")
        self.counts.ended(envelope.actor, ending)
        return REQUEUE if ending.state is TaskState.PENDING else Settlement(awaiting=awaiting)

    def _settle(self, deliveries: list[Delivery], settlement: Settlement) -> None:
        def ack_all() -> None:
            failpoint("executor.confirmed")
            for delivery in deliveries:
                delivery.ack()

        if settlement.requeue:
            for delivery in deliveries:
                delivery.requeue()
        else:
            self._relay.offer(settlement.awaiting, then=ack_all)


def _attempt_span(envelope: Envelope, run: Run) -> AbstractContextManager[tracing.Span]:
    """The span of one attempt, below what sent the task's command."""
    return tracing.span(
        envelope.actor,
        tracing.Kind.CONSUMER,
        envelope.traceparent,
        attributes={
            "winnow.job_id": envelope.command.job_id,
            "winnow.task_id": envelope.task_id,
            "winnow.attempt_id": run.attempt_id,
            "winnow.retry": envelope.retry,
        },
    )


def _may_have_run(delivery: Delivery) -> bool:
    """Whether the delivery's task may have run before, here or elsewhere.

    The first delivery of a fresh message has not.
    """
    return delivery.redelivered or delivery.envelope.possible_duplicate
