"""One attempt: runs the actor and says how it ended."""

import logging
import random
import threading
import time
import traceback
from collections.abc import Callable, Iterable

from winnow_chassis.broker.messages import outbound
from winnow_chassis.worker.circuit_breaker import DependencyMonitor
from winnow_chassis.worker.control import Control
from winnow_chassis.worker.routes import Policy, Route
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.errors import (
    Deferred,
    Misconfigured,
    RateLimited,
    Snoozed,
    Superseded,
    Temporary,
    TimedOut,
    Unavailable,
    WinnowError,
)
from winnow_contracts.events import TaskEvent
from winnow_contracts.failpoints import failpoint
from winnow_contracts.states import UNSPENT, Outcome, TaskState
from winnow_journal.protocol import Journal
from winnow_journal.task import Cancelled, Interrupted, Task
from winnow_journal.values import AttemptResult, JournalUnusable, Run

_LOG = logging.getLogger(__name__)
_LONGEST_WAIT_SECONDS = 86_400.0
"""An upstream's wish to be left alone is granted for a day at most."""

_LONGEST_GUESS_SECONDS = 60.0
"""An upstream that is busy and says not for how long is asked again after this long at most."""

_EARLY_MS = 250
"""A deferred task is back by this much before its turn, and up to a second more."""
_LONGEST_EARLY_SECONDS = 8

INTERRUPTED = AttemptResult(state=TaskState.PENDING, outcome=Outcome.INTERRUPTED)
"""Nothing happened and nothing is spent: the task goes back to its lane."""


class ActorRunner:
    """Runs actors. Every way out is an outcome, but a journal that fails (JournalUnusable).

    ``fatal`` is called when an actor finds that the process is not set up right.
    """

    def __init__(
        self,
        journal: Journal,
        routes: Iterable[Route],
        monitor: DependencyMonitor,
        control: Control,
        *,
        stopping: threading.Event,
        tell: Callable[[TaskEvent], None],
        fatal: Callable[[Misconfigured], None],
    ) -> None:
        self._journal = journal
        self._routes = {route.command.ACTOR: route for route in routes}
        self._monitor = monitor
        self._control = control
        self._stopping = stopping
        self._tell = tell
        self._fatal = fatal

    def run(self, envelope: Envelope, run: Run) -> AttemptResult:
        """Run the actor; the ending says how it went."""
        route = self._routes[envelope.actor]
        task = self._task(envelope, run, route.policy)
        began = time.monotonic()
        state, outcome, trace, delay_ms, superseded = TaskState.COMPLETED, Outcome.COMPLETED, "", 0, ""
        error: WinnowError | None = None
        turn_ms = 0
        children: tuple[Envelope, ...] = ()
        try:
            _check_age(envelope, route.policy)
            try:
                route.actor(task, envelope.command)
            except Superseded as late:
                superseded = late.detail
            children = tuple(_children(envelope, task))
            failpoint("executor.ran")
        except Interrupted:
            state, outcome = TaskState.PENDING, Outcome.INTERRUPTED
        except Cancelled:
            state, outcome = TaskState.CANCELLED, Outcome.CANCELLED
        except Misconfigured as fault:
            state, outcome = TaskState.PENDING, Outcome.INTERRUPTED
            self._fatal(fault)
        except Deferred as later:
            error, turn_ms = later, later.turn_ms if later.reserved else 0
            state, outcome, delay_ms = (
                TaskState.RETRY_WAIT,
                Outcome.DEFERRED,
                _until_turn_ms(later.turn_ms, envelope.deferred if later.reserved else 0),
            )
        except Snoozed as busy:
            error = busy
            state, outcome, delay_ms = TaskState.RETRY_WAIT, Outcome.SNOOZED, _snooze_ms(busy.wait_seconds)
        except WinnowError as raised:
            error, trace = raised, traceback.format_exc()
            state, outcome, delay_ms = self._after_error(envelope, route.policy, raised)
        except JournalUnusable:
            raise
        except Exception as bug:  # noqa: BLE001 - an actor's bug must end as an outcome, not as a lost thread
            _LOG.exception("Unexpected error in an actor.", extra=about(envelope))
            error, trace = Temporary(f"{envelope.actor} failed: {type(bug).__name__}"), traceback.format_exc()
            state, outcome, delay_ms = self._after_error(envelope, route.policy, error)
        if error is not None and outcome not in UNSPENT:
            _LOG.warning(
                "An attempt failed.",
                extra={**about(envelope), "code": error.code, "detail": error.detail, "state": state},
            )
        return AttemptResult(
            state=state,
            outcome=outcome,
            duration_ms=round((time.monotonic() - began) * 1000),
            children=children,
            delay_ms=delay_ms,
            error=error.to_json() if error is not None else {},
            trace=trace,
            superseded=superseded,
            turn_ms=turn_ms,
            spent=task.untold_spending,
        )

    def _task(self, envelope: Envelope, run: Run, policy: Policy) -> Task:
        def steered() -> None:
            if self._control.is_cancelled(envelope):
                raise Cancelled("the job was cancelled")
            if self._control.is_paused(envelope.queue):
                raise Interrupted(f"the lane {envelope.queue} is paused")

        def stop() -> None:
            if self._stopping.is_set():
                raise Interrupted("the process is shutting down")
            steered()

        return Task(
            envelope,
            run.attempt_id,
            self._journal,
            node=self._journal.node,
            limit_seconds=policy.limit_seconds,
            stop=stop,
            stop_call=steered,
            tell=self._tell,
        )

    def _after_error(self, envelope: Envelope, policy: Policy, error: WinnowError) -> tuple[TaskState, Outcome, int]:
        """What follows from an error: nothing spent, another try, or dead."""
        if isinstance(error, Unavailable) and self._monitor.is_down(error.dependency):
            # The node stops consuming until it answers again: waiting for it costs no retry.
            return TaskState.PENDING, Outcome.INTERRUPTED, 0
        if isinstance(error, RateLimited):
            return TaskState.RETRY_WAIT, Outcome.SNOOZED, _snooze_ms(_wished_seconds(error, envelope.deferred))
        outcome = Outcome.TIMEOUT if isinstance(error, TimedOut) else Outcome.FAILED
        if not error.retryable or envelope.spent >= policy.retries:
            return TaskState.DEAD, outcome, 0
        return TaskState.RETRY_WAIT, outcome, _backoff_ms(policy, envelope.spent)


class TooOld(TimedOut):
    """A command waited longer than its max age: doing it now would surprise whoever asked."""

    retryable = False


def about(envelope: Envelope) -> dict[str, object]:
    """What a log line says of a task."""
    return {
        "job_id": envelope.command.job_id,
        "task_id": envelope.task_id,
        "actor": envelope.actor,
        "retry": envelope.retry,
    }


def _check_age(envelope: Envelope, policy: Policy) -> None:
    # Who waits for turns and never comes to one is to end some day too.
    since_ms = envelope.created_ms if envelope.deferred else max(envelope.created_ms, envelope.not_before_ms)
    age_seconds = (now_ms() - since_ms) / 1000
    if age_seconds > policy.max_age_seconds:
        raise TooOld(
            f"{envelope.actor} waited {age_seconds:.0f} s, longer than the {policy.max_age_seconds:.0f} s allowed"
        )


def _children(envelope: Envelope, task: Task) -> Iterable[Envelope]:
    for command, run in task.outgoing:
        child = Envelope(
            command=command,
            run=run,
            created_ms=now_ms(),
            attempt_id=task.attempt_id,
            traceparent=envelope.traceparent,
        )
        outbound(child)  # what cannot be sent is the actor's fault, now; in the outbox it would be stuck
        yield child


def _until_turn_ms(turn_ms: int, deferred: int) -> int:
    """How long the copy waits in the broker, which knows whole seconds: it comes a little early.

    The earlier, the more often it was sent away before: where a busy machine made it miss its turn, the next one is
    given more time.
    """
    early_ms = _EARLY_MS + 1000 * min(deferred, _LONGEST_EARLY_SECONDS)
    return max(0, (turn_ms - now_ms() - early_ms) // 1000 * 1000)


def _wished_seconds(error: RateLimited, waited: int) -> float:
    """As the upstream asked, else longer each time; with jitter, so that those who were refused together part."""
    longest = min(2.0 ** min(waited + 1, 10), _LONGEST_GUESS_SECONDS)
    return error.retry_after_seconds + random.uniform(0.5, 1) * (longest if not error.retry_after_seconds else 1)  # noqa: S311 - jitter is no secret


def _snooze_ms(seconds: float) -> int:
    return round(min(max(seconds, 1.0), _LONGEST_WAIT_SECONDS) * 1000)


def _backoff_ms(policy: Policy, retry: int) -> int:
    """Exponential with full jitter, but not under a second."""
    longest = policy.backoff_seconds * 2**retry
    return round(min(max(random.uniform(0, longest), 1.0), _LONGEST_WAIT_SECONDS) * 1000)  # noqa: S311 - jitter is no secret
