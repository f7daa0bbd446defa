"""Kills at failpoints, and checks that everything accepted meanwhile ends correctly."""

import itertools
import os
import signal
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from winnow_contracts import failpoints
from winnow_contracts.errors import Unavailable
from winnow_contracts.index_api.nodes import JobStatus
from winnow_contracts.json_codec import from_json
from winnow_harness.chaos.statuses import job_state
from winnow_harness.fixtures.drills import DrillStack

_COME_SECONDS = 20.0
_END_SECONDS = 120.0
_LOOK_SECONDS = 0.05
_SLOW_MS = 700

Act = Callable[[DrillStack], list[str]]


@dataclass(frozen=True, kw_only=True)
class Survival:
    """The result: the failpoints that killed, and what is wrong afterwards, as sentences; empty if all is right.

    A failpoint that was not reached is no error: the first kill may have made its code unnecessary.
    """

    points: tuple[str, ...]
    killed: tuple[str, ...]
    wrong: tuple[str, ...]


def pairs() -> list[tuple[str, str]]:
    """Returns every pair of failpoints."""
    return list(itertools.combinations(failpoints.POINTS, 2))


def survive(stack: DrillStack, points: Sequence[str]) -> Survival:
    """Arms the failpoints, triggers them, waits until every job has ended, and returns what is wrong."""
    before = len(stack.deaths())
    for point in points:
        stack.arm(point)
    jobs = list(_act(stack, points))
    _wait(lambda: not any(stack.armed(point) for point in points), _COME_SECONDS)
    stack.disarm()
    wrong = [*_not_ended_right(stack, jobs), *stack.journal_faults()]
    killed = tuple(death.point for death in stack.deaths()[before:])
    return Survival(points=tuple(points), killed=killed, wrong=tuple(wrong))


def _act(stack: DrillStack, points: Iterable[str]) -> Iterable[str]:
    """Runs a plain drill, and what else reaches the failpoints; returns the jobs that must end as done."""
    acts = dict.fromkeys(_ACTS.get(point, _drill) for point in points)
    for act in (_drill, *(act for act in acts if act is not _drill)):
        yield from act(stack)


def _drill(stack: DrillStack) -> list[str]:
    return [stack.drill(steps=2)]


def _drill_while_the_broker_is_silent(stack: DrillStack) -> list[str]:
    """Freezes the broker so that no confirm comes: the acceptance goes to the store, and is swept at the next start."""
    with stack.frozen("rabbitmq"):
        jobs = [stack.drill(steps=2)]
    pid = stack.pid("gateway")
    if pid:
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
    return jobs


def _drill_while_the_broker_is_wiped(stack: DrillStack) -> list[str]:
    job = stack.drill(steps=2, work_ms=_SLOW_MS)
    stack.wipe_rabbitmq()
    return [job]


def _drill_cancelled_and_retried(stack: DrillStack) -> list[str]:
    job = stack.drill(steps=3, work_ms=_SLOW_MS)
    _wait(lambda: bool(stack.executions(job)), _COME_SECONDS)
    stack.call("POST", f"/v1/jobs/{job}/cancel")
    _wait(lambda: stack.jobs([job]).get(job, {}).get("status") in ("cancelled", "done"), _COME_SECONDS)
    # Index must know the task as cancelled before it can be replayed.
    _wait(lambda: stack.call("POST", f"/v1/jobs/{job}/retry", key=f"retry {job}")[0] == 202, _COME_SECONDS)
    return [job]


_ACTS: dict[str, Act] = {
    "intake.copied": _drill_while_the_broker_is_silent,
    "intake.swept": _drill_while_the_broker_is_silent,
    "sentinel.missing": _drill_while_the_broker_is_wiped,
    "sentinel.reopened": _drill_while_the_broker_is_wiped,
    "control.heard": _drill_cancelled_and_retried,
    "replay.begun": _drill_cancelled_and_retried,
}
"""What triggers a failpoint that a plain drill does not reach."""


def _not_ended_right(stack: DrillStack, jobs: Sequence[str]) -> list[str]:
    try:
        found = stack.ended(jobs, _END_SECONDS)
    except AssertionError as error:
        return [str(error)]
    states = {job_id: job_state(from_json(JobStatus, job)) for job_id, job in found.items()}
    return [
        f"{job_id} is {state.status} in run {state.run}; times applied by run: {dict(state.applied) or 'none'}"
        for job_id, state in states.items()
        if state.status != "done" or state.applied_twice or state.is_missing_its_result
    ]


def _wait(look: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(Unavailable, OSError):
            if look():
                return True
        time.sleep(_LOOK_SECONDS)
    return False
