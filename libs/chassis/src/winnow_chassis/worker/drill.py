"""The drill: a synthetic job that touches nobody's data and goes through every service, to test the whole path."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from winnow_contracts import failpoints
from winnow_contracts.commands import Drill, DrillMedia
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Permanent, Refused, Temporary
from winnow_journal.task import Task

_SLICE_SECONDS = 0.1


class EffectLedger:
    """Records every execution outside of all journals, one JSON line each, if a file is set."""

    def __init__(self, path: Path | None, node: str) -> None:
        self._path = path
        self._node = node

    @contextmanager
    def executing(self, task: Task) -> Iterator[None]:
        """Record the beginning and the end of an attempt: ``end`` if it returned, ``raised`` with its error's class."""
        self.note("start", task)
        try:
            yield
        except BaseException as error:
            self.note("raised", task, error=type(error).__name__)
            raise
        self.note("end", task)

    def note(self, what: str, task: Task, **more: Any) -> None:
        """Append a line about an attempt, as ``step``. One write keeps the lines of several processes whole."""
        if self._path is None:
            return
        envelope = task.envelope
        line = {
            "what": what,
            "job_id": envelope.command.job_id,
            "task_id": envelope.task_id,
            "actor": envelope.actor,
            "run": envelope.run,
            "retry": envelope.retry,
            "attempt_id": task.attempt_id,
            "node": self._node,
            "pid": os.getpid(),
            "due_ms": max(envelope.created_ms, envelope.not_before_ms),
            "at_ms": now_ms(),
            **more,
        }
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            os.write(file, (json.dumps(line) + "\n").encode())
        finally:
            os.close(file)


def drill(task: Task, command: Drill, *, then: type[Drill], ledger: EffectLedger) -> None:
    """Run the drill's steps and send it to the next service. Raises the error that ``misbehave`` names."""
    with ledger.executing(task):
        if isinstance(command, DrillMedia):
            _misbehave(task, command)
        run_steps(task, command, ledger)
        task.send(
            then(
                **command.whose,
                steps=command.steps,
                work_ms=command.work_ms,
            )
        )


def run_steps(task: Task, command: Drill, ledger: EffectLedger) -> None:
    """Run the steps of one service. Each takes its time and is recorded in the ledger."""
    for number in range(command.steps):
        name = f"step {number}"
        task.step(name, lambda name=name: _work(task, command, ledger, name))  # type: ignore[misc]


def _work(task: Task, command: Drill, ledger: EffectLedger, name: str) -> str:
    until = time.monotonic() + command.work_ms / 1000
    while (left := until - time.monotonic()) > 0:
        task.check()
        time.sleep(min(left, _SLICE_SECONDS))
    ledger.note("step", task, step=name)
    return name


def _misbehave(task: Task, command: DrillMedia) -> None:
    match command.misbehave:
        case "":
            return
        case "permanent":
            raise Permanent("The drill was asked to fail for good.")
        case "temporary":
            if task.envelope.retry == 0:
                raise Temporary("The drill was asked to fail once.")
        case "die" if failpoints.allowed():
            failpoints.die("drill")
        case _:
            raise Refused(f"A drill cannot {command.misbehave!r} here.")
