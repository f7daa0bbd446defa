from datetime import UTC, datetime

import pytest

from winnow_contracts.index_api.tasks import JobAttempt
from winnow_harness.chaos.executions import Execution
from winnow_harness.chaos.load import Accepted
from winnow_harness.chaos.striker import Struck
from winnow_harness.chaos.wishes import WorkItem


@pytest.fixture
def execution():
    """Makes an execution; times in seconds."""
    made = []

    def make(began, ended, *, node="media", task="task", pid=1, retry=0, due=0, raised=""):
        made.append(task)
        return Execution(
            job_id="job",
            task_id=task,
            actor="media.drill",
            run=1,
            retry=retry,
            attempt_id=f"attempt {len(made)}",
            node=node,
            pid=pid,
            due_ms=int(due * 1000),
            began_ms=int(began * 1000),
            ended_ms=None if ended is None else int(ended * 1000),
            raised=raised,
        )

    return make


@pytest.fixture
def attempt():
    """Makes the attempt that index tells of for an execution."""

    def make(execution, why="first", outcome="completed"):
        return JobAttempt(
            attempt_id=execution.attempt_id,
            number=1,
            node=execution.node,
            started_at=instant(execution.began_ms),
            ended_at=instant(execution.ended_ms),
            outcome=outcome,
            why=why,
            job_id=execution.job_id,
            task_id=execution.task_id,
            actor=execution.actor,
            run=execution.run,
            retry=execution.retry,
        )

    return make


def instant(at_ms):
    return None if at_ms is None else datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")


@pytest.fixture
def struck():
    """Makes a fault that struck; times in seconds."""

    def make(fault, began, ended=None, target=""):
        ended = began if ended is None else ended
        return Struck(fault=fault, target=target, began_ms=int(began * 1000), ended_ms=int(ended * 1000))

    return make


@pytest.fixture
def accepted():
    """Makes an accepted job."""

    def make(job_id, misbehave="", cancel_after_seconds=None):
        wish = WorkItem(
            number=1,
            due_seconds=0,
            steps=1,
            work_ms=0,
            misbehave=misbehave,
            cancel_after_seconds=cancel_after_seconds,
        )
        return Accepted(job_id=job_id, at_ms=1, wish=wish)

    return make
