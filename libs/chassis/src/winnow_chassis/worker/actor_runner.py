"""Runs an actor for one attempt and returns how it ended."""

import dataclasses
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
from winnow_contracts import trace_context
from winnow_contracts.envelope import Envelope, now_ms
from winnow_contracts.errors import (
    Deferred,
    Misconfigured,
    RateLimited,
    Snoozed,
    Superseded,
    Temporary,
    TimedOut,
    TryAlone,
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
"""The longest time in seconds that an upstream may ask for before it is called again: one day."""

_LONGEST_GUESS_SECONDS = 60.0
"""The longest time in seconds until the next call to an upstream that is busy and does not say for how long."""

_EARLY_MS = 250
"""How long before its reserved moment a deferred task returns from the broker, plus up to one second."""
_LONGEST_EARLY_SECONDS = 8

_MOST_TRACE_CHARACTERS = 8_192
"""How much of a traceback is kept, its end: batches of events carry it, and a provider's whole page may be in it."""

INTERRUPTED = AttemptResult(state=TaskState.PENDING, outcome=Outcome.INTERRUPTED)
"""The attempt was interrupted: nothing is spent, and the task returns to its lane."""


class ActorRunner:
    """Runs actors. Every exception becomes an outcome, except JournalUnusable.

    ``fatal`` is called when an actor raises Misconfigured: the process cannot run with its settings.
    ``consumed_seconds`` says for how long this node has taken from a lane without a break.
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
        consumed_seconds: Callable[[str], float],
    ) -> None:
        self._journal = journal
        self._routes = {route.command.ACTOR: route for route in routes}
        self._monitor = monitor
        self._control = control
        self._stopping = stopping
        self._tell = tell
        self._fatal = fatal
        self._consumed_seconds = consumed_seconds

    def run(self, envelope: Envelope, run: Run, *, lane: str, stepped: Callable[[], None]) -> AttemptResult:
        """Run the actor and return how the attempt ended.

        ``lane`` is the one that the message came in; ``stepped`` is called after each step that was recorded.
        """
        route = self._routes[envelope.actor]
        task = self._task(envelope, run, lane, route.policy, stepped)
        began = time.monotonic()
        try:
            self._check_age(envelope, lane, route.policy)
            result = _worked(route, task, envelope)
        except JournalUnusable:
            raise
        except Exception as error:  # noqa: BLE001 - an actor's bug must end as an outcome, not as a lost thread
            result = self._result_of(error, envelope, route.policy)
        duration_ms = round((time.monotonic() - began) * 1000)
        return dataclasses.replace(result, duration_ms=duration_ms, spent=task.untold_spending)

    def _check_age(self, envelope: Envelope, lane: str, policy: Policy) -> None:
        """Raise TooOld for a command that waited too long although its lane was taken from."""
        # A deferred task counts from its creation, so that one that never gets its reserved moment ends too.
        since_ms = envelope.created_ms if envelope.deferred else max(envelope.created_ms, envelope.not_before_ms)
        # The second figure is no wall clock's: a clock that stepped, or a lane that was paused, ends no backlog.
        age_seconds = min((now_ms() - since_ms) / 1000, self._consumed_seconds(lane))
        if age_seconds > policy.max_age_seconds:
            raise TooOld(
                f"{envelope.actor} waited {age_seconds:.0f} s, longer than the {policy.max_age_seconds:.0f} s allowed"
            )

    def _task(self, envelope: Envelope, run: Run, lane: str, policy: Policy, stepped: Callable[[], None]) -> Task:
        def steered() -> None:
            if self._control.is_cancelled(envelope):
                raise Cancelled("the job was cancelled")
            if self._control.is_paused(lane):
                raise Interrupted(f"the lane {lane} is paused")

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
            stepped=stepped,
        )

    def _result_of(self, error: Exception, envelope: Envelope, policy: Policy) -> AttemptResult:
        """How an attempt ends that raised ``error``. Called where the error is handled, for its traceback."""
        match error:
            case Interrupted():
                return INTERRUPTED
            case Cancelled():
                return AttemptResult(state=TaskState.CANCELLED, outcome=Outcome.CANCELLED)
            case Misconfigured():
                self._fatal(error)
                return INTERRUPTED
            case Deferred():
                return AttemptResult(
                    state=TaskState.RETRY_WAIT,
                    outcome=Outcome.DEFERRED,
                    delay_ms=_until_turn_ms(error.turn_ms, envelope.deferred if error.reserved else 0),
                    error=error.to_json(),
                    turn_ms=error.turn_ms if error.reserved else 0,
                )
            case Snoozed():
                return AttemptResult(
                    state=TaskState.RETRY_WAIT,
                    outcome=Outcome.SNOOZED,
                    delay_ms=_snooze_ms(error.wait_seconds),
                    error=error.to_json(),
                )
            case WinnowError():
                return self._failed(error, envelope, policy)
            case _:
                _LOG.exception("Unexpected error in an actor.", extra=about(envelope))
                return self._failed(Temporary(f"{envelope.actor} failed: {type(error).__name__}"), envelope, policy)

    def _failed(self, error: WinnowError, envelope: Envelope, policy: Policy) -> AttemptResult:
        state, outcome, delay_ms = self._after_error(envelope, policy, error)
        if outcome not in UNSPENT:
            told = {"code": error.code, "detail": error.detail, "state": state}
            _LOG.warning("An attempt failed.", extra={**about(envelope), **told})
        trace = traceback.format_exc()[-_MOST_TRACE_CHARACTERS:]
        alone = isinstance(error, TryAlone)
        return AttemptResult(
            state=state, outcome=outcome, delay_ms=delay_ms, error=error.to_json(), trace=trace, alone=alone
        )

    def _after_error(self, envelope: Envelope, policy: Policy, error: WinnowError) -> tuple[TaskState, Outcome, int]:
        """The state, outcome and delay in milliseconds that follow from an error."""
        if isinstance(error, Unavailable) and self._monitor.is_down(error.dependency):
            # The node stops consuming until the dependency answers, so waiting for it costs no retry.
            return TaskState.PENDING, Outcome.INTERRUPTED, 0
        if isinstance(error, RateLimited):
            return TaskState.RETRY_WAIT, Outcome.SNOOZED, _snooze_ms(_wished_seconds(error, envelope.deferred))
        outcome = Outcome.TIMEOUT if isinstance(error, TimedOut) else Outcome.FAILED
        if not error.retryable or envelope.spent >= policy.retries:
            return TaskState.DEAD, outcome, 0
        return TaskState.RETRY_WAIT, outcome, _backoff_ms(policy, envelope.spent)


class TooOld(TimedOut):
    """A command waited longer than its max age. Doing it now would surprise its user."""

    retryable = False


def _worked(route: Route, task: Task, envelope: Envelope) -> AttemptResult:
    """Run the actor, and return what it sent. Raises whatever the actor raises."""
    superseded = ""
    try:
        route.actor(task, envelope.command)
    except Superseded as late:
        superseded = late.detail
    children = tuple(_children(envelope, task))
    failpoint("executor.ran")
    return AttemptResult(
        state=TaskState.COMPLETED,
        outcome=Outcome.COMPLETED,
        children=children,
        superseded=superseded,
        result=task.result,
    )


def about(envelope: Envelope) -> dict[str, object]:
    """The fields that a log line has about a task."""
    return {
        "job_id": envelope.command.job_id,
        "task_id": envelope.task_id,
        "actor": envelope.actor,
        "retry": envelope.retry,
    }


def _children(envelope: Envelope, task: Task) -> Iterable[Envelope]:
    for sent in task.outgoing:
        child = Envelope(
            command=sent.command,
            run=sent.run,
            created_ms=now_ms(),
            attempt_id=task.attempt_id,
            traceparent=trace_context.current() or envelope.traceparent,
            priority=sent.priority,
            track=sent.track,
        )
        outbound(child)  # an actor's command that cannot be sent fails here; in the outbox it would be stuck
        yield child


def _until_turn_ms(turn_ms: int, deferred: int) -> int:
    """How long the copy waits in the broker, in milliseconds.

    The broker counts whole seconds, so the copy returns a little early. It returns earlier for each time that the task
    was deferred before: a busy machine made it miss its moment, so the next attempt gets more time.
    """
    early_ms = _EARLY_MS + 1000 * min(deferred, _LONGEST_EARLY_SECONDS)
    return max(0, (turn_ms - now_ms() - early_ms) // 1000 * 1000)


def _wished_seconds(error: RateLimited, waited: int) -> float:
    """The seconds that the upstream asked for, or a guess that grows with each wait.

    Jitter spreads the tasks that were refused together.
    """
    longest = min(2.0 ** min(waited + 1, 10), _LONGEST_GUESS_SECONDS)
    return error.retry_after_seconds + random.uniform(0.5, 1) * (longest if not error.retry_after_seconds else 1)  # noqa: S311 - jitter is no secret


def _snooze_ms(seconds: float) -> int:
    return round(min(max(seconds, 1.0), _LONGEST_WAIT_SECONDS) * 1000)


def _backoff_ms(policy: Policy, retry: int) -> int:
    """The delay in milliseconds before a retry: exponential with full jitter, at least one second."""
    longest = policy.backoff_seconds * 2**retry
    return round(min(max(random.uniform(0, longest), 1.0), _LONGEST_WAIT_SECONDS) * 1000)  # noqa: S311 - jitter is no secret
