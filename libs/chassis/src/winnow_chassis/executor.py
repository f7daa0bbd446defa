"""Runs one delivery: decide by the journal, run the actor, end in one transaction, ack when all is confirmed."""

import logging
import random
import threading
import time
import traceback
from collections.abc import Callable, Iterable

from winnow_chassis import metrics
from winnow_chassis.gate import ConsumptionGate, DependencyWatch
from winnow_chassis.lane import Delivery
from winnow_chassis.messages import outbound
from winnow_chassis.relay import Relay
from winnow_chassis.routes import Policy, Route
from winnow_chassis.running import Running
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.errors import Conflict, Misconfigured, RateLimited, Temporary, TimedOut, Unavailable, WinnowError
from winnow_contracts.events import EventKind, TaskEvent
from winnow_contracts.states import Outcome, TaskState
from winnow_journal.facts import ending_fact, fact
from winnow_journal.protocol import Journal
from winnow_journal.task import Cancelled, Interrupted, Task
from winnow_journal.values import Ending, JournalUnusable, Outgoing, Settled, Take

_LOG = logging.getLogger(__name__)
_AFTER_BUG_SECONDS = 1.0
_LONGEST_WAIT_SECONDS = 86_400.0
"""An upstream's wish to be left alone is granted for a day at most."""


class Executor:
    """What Dramatiq's worker threads call with each delivery. It never raises: every way out is an outcome.

    ``recorded`` is called after each write that left events in the journal; ``tell`` gets live events, best effort.
    """

    def __init__(
        self,
        journal: Journal,
        relay: Relay,
        routes: Iterable[Route],
        gate: ConsumptionGate,
        watch: DependencyWatch,
        *,
        stopping: threading.Event,
        tell: Callable[[TaskEvent], None],
        recorded: Callable[[], None],
        fatal: Callable[[Misconfigured], None],
    ) -> None:
        self._journal = journal
        self._relay = relay
        self._routes = {route.command.ACTOR: route for route in routes}
        self._gate = gate
        self._watch = watch
        self._running = Running()
        self._stopping = stopping
        self._tell = tell
        self._recorded = recorded
        self._fatal = fatal

    def __call__(self, delivery: Delivery) -> None:
        """Take a delivery to its end."""
        if self._stopping.is_set() or not self._gate.is_open:
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
            _LOG.exception("A delivery could not be worked on; it goes back.", extra=_about(delivery.envelope))
            self._stopping.wait(_AFTER_BUG_SECONDS)
            gate, requeue = (), True
        self._settle(self._running.end(delivery), gate, requeue=requeue)

    def _decide(self, delivery: Delivery) -> tuple[tuple[Outgoing, ...], bool]:
        """The rows that hold the ack back, and whether to hand the message back instead."""
        admission = self._journal.admit(delivery.envelope, redelivered=delivery.redelivered)
        match admission:
            case Take():
                return self._run(delivery.envelope, admission)
            case Settled():
                metrics.DUPLICATES.labels(admission.cause).inc()
                return admission.gate, False

    def _run(self, envelope: Envelope, take: Take) -> tuple[tuple[Outgoing, ...], bool]:
        actor = envelope.actor
        self._recorded()
        self._tell(fact(EventKind.STARTED, envelope, self._journal.node, take.attempt_id, why=take.why.value))
        waited_ms = now_ms() - max(envelope.created_ms, envelope.not_before_ms)
        metrics.TASK_WAIT.labels(actor).observe(max(waited_ms, 0) / 1000)
        with metrics.TASKS_RUNNING.labels(actor).track_inprogress():
            ending = self._attempt(envelope, take)
        gate = self._journal.finish(envelope, take.attempt_id, ending)
        self._recorded()
        self._tell(ending_fact(envelope, ending, self._journal.node, take.attempt_id))
        metrics.TASKS.labels(actor, ending.outcome.value).inc()
        metrics.TASK_DURATION.labels(actor).observe(ending.duration_ms / 1000)
        return gate, ending.state is TaskState.PENDING

    def _settle(self, deliveries: list[Delivery], gate: tuple[Outgoing, ...], *, requeue: bool) -> None:
        def ack_all() -> None:
            for delivery in deliveries:
                delivery.ack()

        if requeue:
            for delivery in deliveries:
                delivery.requeue()
        else:
            self._relay.offer(gate, then=ack_all)

    def _attempt(self, envelope: Envelope, take: Take) -> Ending:
        """Run the actor; the ending says how it went."""
        route = self._routes[envelope.actor]
        task = Task(
            envelope,
            take.attempt_id,
            self._journal,
            node=self._journal.node,
            limit_seconds=route.policy.limit_seconds,
            stop=self._check_stopping,
            tell=self._tell,
        )
        began = time.monotonic()
        state, outcome, error, trace, delay_ms = TaskState.COMPLETED, Outcome.COMPLETED, None, "", 0
        children: tuple[Envelope, ...] = ()
        try:
            self._check_age(envelope, route.policy)
            try:
                route.actor(task, envelope.command)
            except Conflict as conflict:
                _LOG.info("The work was done already.", extra={"task_id": envelope.task_id, "detail": conflict.detail})
            children = tuple(self._child(envelope, task))
        except Interrupted:
            state, outcome = TaskState.PENDING, Outcome.INTERRUPTED
        except Cancelled:
            state, outcome = TaskState.CANCELLED, Outcome.CANCELLED
        except Misconfigured as fault:
            state, outcome = TaskState.PENDING, Outcome.INTERRUPTED
            self._fatal(fault)
        except WinnowError as raised:
            error, trace = raised, traceback.format_exc()
            state, outcome, delay_ms = self._after_error(envelope, route.policy, raised)
        except JournalUnusable:
            raise
        except Exception as bug:  # noqa: BLE001 - an actor's bug must end as an outcome, not as a lost thread
            _LOG.exception("An actor failed in a way nobody foresaw.", extra=_about(envelope))
            error, trace = Temporary(f"{envelope.actor} failed: {type(bug).__name__}"), traceback.format_exc()
            state, outcome, delay_ms = self._after_error(envelope, route.policy, error)
        if error is not None:
            _LOG.warning(
                "An attempt failed.",
                extra={**_about(envelope), "code": error.code, "detail": error.detail, "state": state},
            )
        return Ending(
            state=state,
            outcome=outcome,
            duration_ms=round((time.monotonic() - began) * 1000),
            children=children,
            delay_ms=delay_ms,
            error=error.to_json() if error is not None else {},
            trace=trace,
        )

    def _after_error(self, envelope: Envelope, policy: Policy, error: WinnowError) -> tuple[TaskState, Outcome, int]:
        """What follows from an error: nothing spent, another try, or dead."""
        if isinstance(error, Unavailable) and self._watch.is_down(error.dependency):
            # The node stops consuming until it answers again: waiting for it costs no retry.
            return TaskState.PENDING, Outcome.INTERRUPTED, 0
        outcome = Outcome.TIMEOUT if isinstance(error, TimedOut) else Outcome.FAILED
        if not error.retryable or envelope.retry >= policy.retries:
            return TaskState.DEAD, outcome, 0
        return TaskState.RETRY_WAIT, outcome, _backoff_ms(policy, envelope.retry, error)

    def _child(self, envelope: Envelope, task: Task) -> Iterable[Envelope]:
        for command in task.sent:
            child = Envelope(
                command=command,
                run=envelope.run,
                created_ms=now_ms(),
                attempt_id=task.attempt_id,
                traceparent=envelope.traceparent,
            )
            outbound(child)  # what can not be sent is the actor's fault, now; in the outbox it would be stuck
            yield child

    def _check_stopping(self) -> None:
        if self._stopping.is_set():
            raise Interrupted("the process is shutting down")

    def _check_age(self, envelope: Envelope, policy: Policy) -> None:
        age_seconds = (now_ms() - max(envelope.created_ms, envelope.not_before_ms)) / 1000
        if age_seconds > policy.max_age_seconds:
            raise TooOld(
                f"{envelope.actor} waited {age_seconds:.0f} s, longer than the {policy.max_age_seconds:.0f} s allowed"
            )


class TooOld(TimedOut):
    """A command waited longer than its max age: doing it now would surprise whoever asked."""

    retryable = False


def _backoff_ms(policy: Policy, retry: int, error: WinnowError) -> int:
    """Exponential with full jitter, but not under what the upstream asked for, nor under a second."""
    longest = policy.backoff_seconds * 2**retry
    wished = error.retry_after_seconds if isinstance(error, RateLimited) else 0.0
    return round(min(max(random.uniform(0, longest), wished, 1.0), _LONGEST_WAIT_SECONDS) * 1000)  # noqa: S311 - jitter is no secret


def _about(envelope: Envelope) -> dict[str, object]:
    return {
        "job_id": envelope.command.job_id,
        "task_id": envelope.task_id,
        "actor": envelope.actor,
        "retry": envelope.retry,
    }
