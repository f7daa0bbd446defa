"""A process dies at every failpoint; every accepted job ends correctly, and no recorded step runs again."""

import os
import signal
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from winnow_contracts import failpoints
from winnow_harness.fixtures.drills import until

pytestmark = pytest.mark.timeout(900)

QUICK = {"steps": 2, "work_ms": 0}
SLOW = {"steps": 3, "work_ms": 700}
LONG = {"steps": 3, "work_ms": 10_000}


def drills(stack, arm):
    arm()
    return [stack.drill(**QUICK) for _ in range(3)]


def one_drill(stack, arm):
    arm()
    return [stack.drill(**QUICK)]


def drills_until_a_confirm_comes_in_time(stack, arm):
    """Repeats drills until one is confirmed in time: on a busy machine the acceptance may go to the store instead."""
    arm()
    jobs = []
    while stack.armed("intake.confirmed"):
        assert len(jobs) < 200, "the broker confirmed none in time"
        jobs.append(stack.drill(**QUICK))
    return jobs


def drill_without_a_confirm(stack, arm):
    with stack.frozen("rabbitmq"):
        arm()
        return [stack.drill(**QUICK)]


def copy_swept_at_a_start(stack, arm):
    with stack.frozen("rabbitmq"):
        jobs = [stack.drill(**QUICK)]
    arm()
    for pid in children(stack.pid("gateway")):
        os.kill(pid, signal.SIGKILL)
    return jobs


def broker_wiped(stack, arm):
    first = stack.drill(**SLOW)
    wait_started(stack, first, "ai.drill")
    second = stack.drill(**SLOW)
    wait_started(stack, second, "media.drill")
    arm()
    stack.wipe_rabbitmq()
    return [first, second]


def drill_cancelled(stack, arm):
    job = stack.drill(**LONG)
    wait_started(stack, job, "media.drill")
    arm()
    stack.cancel(job)
    return [job]


def drill_replayed(stack, arm):
    job = stack.drill(**SLOW)
    wait_started(stack, job, "media.drill")
    stack.cancel(job)
    until(lambda: "cancelled" in states(stack, job).values(), "no task was cancelled")
    arm()
    status, answer = stack.call("POST", f"/v1/jobs/{job}/retry", key=f"retry {job}")
    assert status == 202, answer
    return [job]


@dataclass(frozen=True)
class Scenario:
    """``act`` arms the failpoint and returns the accepted jobs; ``node`` is the node whose process dies."""

    node: str
    act: Callable = drills
    dies_running: bool = False
    status: str = "done"
    run: int = 1


SCENARIOS = {
    "intake.journaled": [Scenario("gateway")],
    "intake.confirmed": [Scenario("gateway", drills_until_a_confirm_comes_in_time)],
    "intake.copied": [Scenario("gateway", drill_without_a_confirm)],
    "intake.swept": [Scenario("gateway", copy_swept_at_a_start)],
    "relay.publishing": [Scenario("gateway"), Scenario("media")],
    "relay.confirmed": [Scenario("gateway"), Scenario("ai")],
    "lane.received": [Scenario("media")],
    "executor.admitted": [Scenario("media", dies_running=True)],
    "task.step_ran": [Scenario("media", dies_running=True)],
    "task.step_recorded": [Scenario("ai", one_drill, dies_running=True)],
    "executor.ran": [Scenario("ai", dies_running=True)],
    "executor.finished": [Scenario("media"), Scenario("index")],
    "executor.confirmed": [Scenario("ai"), Scenario("index")],
    "journal.committing": [Scenario("gateway"), Scenario("media")],
    "journal.committed": [Scenario("gateway"), Scenario("ai")],
    "shipper.shipping": [Scenario("media")],
    "shipper.shipped": [Scenario("gateway")],
    "shipper.applied": [Scenario("ai")],
    "sentinel.missing": [Scenario("media", broker_wiped)],
    "sentinel.reopened": [Scenario("gateway", broker_wiped)],
    "control.heard": [Scenario("media", drill_cancelled, status="cancelled", dies_running=True)],
    "inbox.received": [Scenario("index")],
    "inbox.stored": [Scenario("index")],
    "inbox.answered": [Scenario("index")],
    "store.committing": [Scenario("index", dies_running=True)],
    "store.committed": [Scenario("index", dies_running=True)],
    "replay.begun": [Scenario("index", drill_replayed, dies_running=True, run=2)],
    "upkeep.forgetting": [Scenario("media")],
}


def test_every_point_there_is_has_a_scenario():
    assert set(SCENARIOS) == set(failpoints.POINTS)


@pytest.mark.parametrize(
    ("point", "scenario"),
    [
        pytest.param(point, scenario, id=f"{point} in {scenario.node}")
        for point, scenarios in SCENARIOS.items()
        for scenario in scenarios
    ],
)
def test_a_process_that_dies_here_loses_nothing(stack, point, scenario):
    deaths_before = len(stack.deaths())
    jobs = scenario.act(stack, lambda: stack.arm(point, scenario.node))

    # A sweep leaves a copy whose row another process publishes, and comes again a minute later.
    until(lambda: not stack.armed(point), f"nobody came to {point}", seconds=200)
    death = until(lambda: stack.deaths()[deaths_before:], "nobody died")[0]
    assert (death.point, death.node) == (point, scenario.node)
    stack.wait_part(scenario.node)

    for job_id, job in stack.ended(jobs).items():
        assert job["status"] == scenario.status, (job_id, job)
        assert job["run"] == scenario.run
        assert job["stored_times"] == (1 if scenario.status == "done" else 0)
    histories = [settled(stack, job) for job in jobs]
    for job, history in zip(jobs, histories, strict=True):
        check_steps(stack, job, all_recorded=point == "task.step_recorded")
        check_attempts(stack, job, history, death)
    if scenario.dies_running:
        outcomes = [(one["node"], one["outcome"]) for history in histories for one in attempts(history)]
        assert (scenario.node, "died") in outcomes, outcomes
    stack.drained()
    assert stack.journal_faults() == []


def check_steps(stack, job, *, all_recorded):
    """Checks that a step which is known to be recorded on a node did not run there again."""
    by_attempt = defaultdict(list)
    for line in stack.executions(job):
        by_attempt[line["attempt_id"]].append(line)
    ran = set()
    for lines in by_attempt.values():
        steps = [(line["node"], line["task_id"], line["step"]) for line in lines if line["what"] == "step"]
        assert ran.isdisjoint(steps), f"{job}: {ran.intersection(steps)} ran again"
        # A step is recorded before the next line is written; the last line of an attempt proves nothing.
        last_is_step = lines[-1]["what"] == "step" and not all_recorded
        ran.update(steps[:-1] if last_is_step else steps)


def check_attempts(stack, job, history, death):
    """Checks that an execution that ended with its process is listed as crashed."""
    listed = {one["attempt_id"]: one for one in attempts(history)}
    by_attempt = defaultdict(list)
    for line in stack.executions(job):
        by_attempt[line["attempt_id"]].append(line)
    for attempt_id, lines in by_attempt.items():
        unended = all(line["what"] != "end" for line in lines)
        if unended and lines[0]["pid"] == death.pid and lines[0]["at_ms"] <= death.at_ms:
            assert listed[attempt_id]["outcome"] == "died", listed[attempt_id]


def settled(stack, job, seconds=120):
    """Returns the history of an ended job once it is complete: every task has ended, and every execution with it."""
    last = {}

    def complete():
        last.update(stack.trace(job))
        ended = {one["attempt_id"] for one in attempts(last) if one["outcome"]}
        ran = {line["attempt_id"] for line in stack.executions(job)}
        return ran <= ended and all(task["state"] in ("completed", "dead", "cancelled") for task in last["tasks"])

    try:
        until(complete, "", seconds)
    except AssertionError:
        raise AssertionError(f"the history of {job} is not complete: {last['tasks']}") from None
    return last


def attempts(history):
    return [one for task in history["tasks"] for one in task["attempts"]]


def states(stack, job):
    return {task["actor"]: task["state"] for task in stack.trace(job)["tasks"]}


def wait_started(stack, job, actor):
    until(lambda: any(line["actor"] == actor for line in stack.executions(job)), f"{actor} did not start")


def children(pid):
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
