"""The history of a run, as lines that others can count without Winnow: docs/history-format.md defines them."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from winnow_contracts.index_api.tasks import JobAttempt
from winnow_harness.chaos.attempts import milliseconds
from winnow_harness.chaos.executions import Execution
from winnow_harness.chaos.fault import Fault
from winnow_harness.chaos.recovery import killed_part
from winnow_harness.chaos.statuses import JobState
from winnow_harness.chaos.striker import Struck
from winnow_harness.chaos.submission import Submission

FORMAT = 2


@dataclass(frozen=True, kw_only=True)
class History:
    """What a run saw. ``ready_ms`` is from ``read_readiness``; ``slowed`` is the node whose clock can be stepped."""

    seed: int
    began: str
    """ISO 8601, UTC."""
    submissions: Sequence[Submission]
    states: Mapping[str, JobState]
    executions: Sequence[Execution]
    attempts: Sequence[JobAttempt]
    """As index tells of them, of the jobs whose tasks write executions."""
    struck: Sequence[Struck]
    ready_ms: Mapping[int, int]
    nodes: Sequence[str]
    slowed: str = ""


def as_json_lines(history: History, faults: Mapping[str, Fault]) -> str:
    """Returns the history as text, one JSON object a line."""
    return "".join(f"{json.dumps(line)}\n" for line in _lines(history, faults))


def _lines(history: History, faults: Mapping[str, Fault]) -> Iterator[dict[str, Any]]:
    yield {
        "kind": "run",
        "format": FORMAT,
        "seed": history.seed,
        "began": history.began,
        "clock": "Unix milliseconds, UTC",
        "unmeasured_nodes": [history.slowed] if history.slowed else [],
    }
    yield from map(_submission, history.submissions)
    yield from map(_execution, history.executions)
    yield from map(_attempt, history.attempts)
    for process, at_ms in history.ready_ms.items():
        yield {"kind": "ready", "process": process, "at_ms": at_ms}
    nodes = sorted({*history.nodes, *(one.node for one in history.executions), *(one.target for one in history.struck)})
    yield from (_fault(one, faults.get(one.fault), nodes) for one in history.struck)
    yield from _ends(history.states)


def _submission(one: Submission) -> dict[str, Any]:
    return {
        "kind": "submission",
        "key": one.key,
        "command": "drill" if one.wish else "upload",
        "track": one.wish.track if one.wish else "full",
        "job": one.job_id,
        "invoked_ms": one.invoked_ms,
        "ended_ms": one.ended_ms,
        "answer": one.answer,
    }


def _execution(one: Execution) -> dict[str, Any]:
    return {
        "kind": "execution",
        "job": one.job_id,
        "task": one.task_id,
        "run": one.run,
        "retry": one.retry,
        "attempt": one.attempt_id,
        "actor": one.actor,
        "node": one.node,
        "process": one.pid,
        "due_ms": one.due_ms,
        "invoked_ms": one.began_ms,
        "ended_ms": one.ended_ms,
        "outcome": "unknown" if one.ended_ms is None else "raised" if one.raised else "returned",
        "raised": one.raised,
    }


def _attempt(one: JobAttempt) -> dict[str, Any]:
    return {
        "kind": "attempt",
        "job": one.job_id,
        "task": one.task_id,
        "run": one.run,
        "retry": one.retry,
        "attempt": one.attempt_id,
        "actor": one.actor,
        "node": one.node,
        "started_ms": milliseconds(one.started_at),
        "ended_ms": milliseconds(one.ended_at),
        "why": one.why,
        "outcome": one.outcome,
    }


def _fault(one: Struck, fault: Fault | None, nodes: Iterable[str]) -> dict[str, Any]:
    touches = fault.touches if fault else lambda node, target: node == target
    delays = (fault.holds_up or fault.touches) if fault and fault.shared else lambda node, target: False
    aftermath_ms = round(1000 * fault.aftermath_seconds) if fault else 0
    return {
        "kind": "fault",
        "name": one.fault,
        "scenario": fault.scenario if fault else "",
        "target": one.target,
        "from_ms": one.began_ms,
        "to_ms": one.ended_ms,
        "failed": one.failed,
        "kills": killed_part(one),
        "touches": [node for node in nodes if node and touches(node, one.target)],
        "delays": [node for node in nodes if node and delays(node, one.target)],
        "delays_until_ms": None if one.ended_ms is None else one.ended_ms + aftermath_ms,
        "deletes_journal_of": [one.target] if fault and fault.deletes_journal else [],
    }


def _ends(states: Mapping[str, JobState]) -> Iterator[dict[str, Any]]:
    """What index says at the end: how each job ended, and a line for each time that a result was applied."""
    for job_id, state in states.items():
        yield {"kind": "outcome", "job": job_id, "run": state.run, "outcome": state.status}
        for run, times in state.applied.items():
            yield from ({"kind": "effect", "job": job_id, "run": run} for _ in range(times))
