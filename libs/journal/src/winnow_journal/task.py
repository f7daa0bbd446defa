"""Gives an actor its task: steps, progress, commands to send, and the checks that stop it."""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol, TypeVar

from winnow_contracts.commands import Command
from winnow_contracts.envelope import Envelope
from winnow_contracts.errors import TimedOut, TryAlone
from winnow_contracts.events import EventKind, TaskEvent
from winnow_contracts.failpoints import failpoint
from winnow_contracts.job_options import Track
from winnow_contracts.json_codec import to_json
from winnow_contracts.queues import Priority
from winnow_contracts.usage import Spending
from winnow_journal.event_factory import new_event

T = TypeVar("T")


class Stopped(Exception):
    """The task must end now, through no fault of its own. Actors let this exception pass."""


class Interrupted(Stopped):
    """The process is shutting down. The task returns to its queue, and no retry is spent."""


class Cancelled(Stopped):
    """Someone cancelled the task."""


class StepRecords(Protocol):
    """Stores finished steps."""

    def find_step(self, envelope: Envelope, name: str, input_hash: str) -> str | None:
        """The recorded result (JSON text) of a finished step, or None."""

    def record_step(
        self,
        envelope: Envelope,
        attempt_id: str,
        name: str,
        input_hash: str,
        result: str,
        duration_ms: int,
        event: TaskEvent | None,
    ) -> None:
        """Record a finished step, and its event if it has one, before the next step begins."""


class Outgoing(NamedTuple):
    """A command to send with its job's run and options."""

    command: Command
    run: int
    priority: Priority
    track: Track


class Task:
    """One attempt of one task, as its actor sees it.

    ``stop`` runs between steps and during long work. It raises Interrupted or Cancelled when the task must end.
    ``stop_call`` does the same during a call that costs money. ``tell`` publishes live events, best effort.
    ``stepped`` is called after each step that was run and recorded.
    ``limit_seconds`` is the time limit of the attempt, 0 for none.
    """

    def __init__(
        self,
        envelope: Envelope,
        attempt_id: str,
        records: StepRecords,
        *,
        node: str,
        limit_seconds: float = 0,
        stop: Callable[[], None] = lambda: None,
        stop_call: Callable[[], None] = lambda: None,
        tell: Callable[[TaskEvent], None] = lambda event: None,
        stepped: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.envelope = envelope
        self.attempt_id = attempt_id
        self.outgoing: list[Outgoing] = []
        self.result: dict[str, Any] = {}
        self._spent: list[Spending] = []
        self._spending = threading.Lock()
        self._records = records
        self._node = node
        self._deadline = clock() + limit_seconds if limit_seconds else None
        self._stop = stop
        self._stop_call = stop_call
        self._tracked = envelope.track is Track.FULL
        self._tell = tell if self._tracked else _nobody
        self._stepped = stepped
        self._clock = clock

    def step(self, name: str, run: Callable[[], T], *, inputs: Any = None) -> T:
        """Return the result of ``run``; on a later attempt, return the recorded result without running it again.

        The record is found by ``name`` and a hash of ``inputs``. The result and ``inputs`` must be plain JSON values. A
        step that raises records nothing. Raises Interrupted, Cancelled or TimedOut before ``run`` if the task must end,
        and the verdict of a TryAlone if the task runs alone because of such an error.

        Example::

            inputs = {"audio": audio_key, "model": model}
            text = task.step("transcribe", lambda: speech.transcribe(audio), inputs=inputs)
        """
        self.check()
        input_hash = hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()[:32]
        found = self._records.find_step(self.envelope, name, input_hash)
        if found is not None:
            self._tell(self.event(EventKind.STEP_DONE, step=name, duration_ms=0, reused=True))
            recorded: T = json.loads(found)
            return recorded
        began = self._clock()
        try:
            result = run()
        except TryAlone as error:
            if self.envelope.alone:
                raise error.verdict from error
            raise
        failpoint("task.step_ran")
        duration_ms = round((self._clock() - began) * 1000)
        text = json.dumps(result, ensure_ascii=False)
        with self._telling_spent() as spent:
            event = self.event(EventKind.STEP_DONE, step=name, duration_ms=duration_ms, reused=False, **spent)
            told = event if self._tracked or spent else None
            self._records.record_step(self.envelope, self.attempt_id, name, input_hash, text, duration_ms, told)
        failpoint("task.step_recorded")
        self._stepped()
        self._tell(event)
        return result

    def spend(self, spending: Spending) -> None:
        """Record an AI call. The step's event reports it; if the step fails, the attempt's end does.

        Safe for threads: where steps run side by side, one of them reports it.
        """
        with self._spending:
            self._spent.append(spending)

    @property
    def untold_spending(self) -> tuple[dict[str, Any], ...]:
        """AI calls that no step's event has reported yet, as JSON."""
        return tuple(to_json(spending) for spending in self._spent)

    def send(
        self, command: Command, *, run: int | None = None, priority: Priority | None = None, track: Track | None = None
    ) -> None:
        """Send the next command. It is written to the outbox in the transaction that ends this attempt.

        ``run`` is the job's run that the command belongs to, by default this task's, and so are ``priority`` and
        ``track``. Only index may begin the next run.
        """
        mine = self.envelope
        self.outgoing.append(
            Outgoing(command, run or mine.run, priority=priority or mine.priority, track=track or mine.track)
        )

    @property
    def sent(self) -> list[Command]:
        """The commands sent so far."""
        return [one.command for one in self.outgoing]

    def tell_result(self, **facts: Any) -> None:
        """Say in a few plain JSON values what came of the task. The event of its end keeps them for operators.

        No secrets, and nothing of what people said or showed.
        """
        self.result |= facts

    def progress(self, stage: str, done: float, **numbers: float) -> None:
        """Publish how far a stage is, 0..1, and ``numbers`` with the same in units. Live only: it may be lost."""
        self._tell(self.event(EventKind.PROGRESS, stage=stage, done=round(min(max(done, 0.0), 1.0), 4), **numbers))

    def check(self) -> None:
        """Raise Interrupted, Cancelled or TimedOut if the task must end. It is cheap: call it often in long work."""
        self._stop()
        self._check_limit()

    def check_call(self) -> None:
        """As ``check``, for calls that cost money: a shutdown does not raise here, so that the call can finish."""
        self._stop_call()
        self._check_limit()

    def event(self, kind: EventKind, /, **detail: Any) -> TaskEvent:
        """An event about this attempt, at the present time."""
        return new_event(kind, self.envelope, self._node, self.attempt_id, **detail)

    @contextmanager
    def _telling_spent(self) -> Iterator[dict[str, Any]]:
        """What an event tells of the calls so far, which are told by it alone; by another if the block raises."""
        with self._spending:
            told, self._spent = self._spent, []
        try:
            yield {"spent": [to_json(spending) for spending in told]} if told else {}
        except BaseException:
            with self._spending:
                self._spent = told + self._spent
            raise

    def _check_limit(self) -> None:
        if self._deadline is not None and self._clock() > self._deadline:
            raise TimedOut(f"{self.envelope.actor} took longer than its time limit", code="resource-limit")


def _nobody(event: TaskEvent) -> None:
    """Hears of a task of which only the outcome is told."""
