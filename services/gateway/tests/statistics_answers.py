"""Index's answers about statistics and repeated runs, as the JSON of the contract's dataclasses."""

from typing import Any

from winnow_contracts.index_api.activity import ActivitySlice, ActorTimes
from winnow_contracts.index_api.duplicates import CauseSum, DuplicatesPage, RepeatedRun
from winnow_contracts.index_api.statistics import JobCosts, NodeRate, SliceTimes, Statistics, WaitingTask
from winnow_contracts.json_codec import to_json

from .index_answers import JOB_ID, TASK_ID

_AT = "2026-11-21T04:00:00.000Z"
_AT_MS = 1_795_233_600_000


def statistics_view(**changes: Any) -> dict[str, Any]:
    """An hour in which two of three tasks completed, on two nodes."""
    times = {f"{what}_{each}_ms": 1500.0 for what in ("wait", "run") for each in ("p50", "p95", "p99")}
    slices = range(_AT_MS, _AT_MS + 3_600_000, 60_000)
    waiting = WaitingTask(task_id=TASK_ID, job_id=JOB_ID, actor="ai.drill", enqueued_at=_AT)
    view = Statistics(
        since_at=_AT,
        until_at="2026-11-21T05:00:00.000Z",
        ended={"cancelled": 0, "completed": 2, "dead": 1},
        open={"pending": 4},
        slice_seconds=60,
        slices=tuple(ActivitySlice(at_ms=at_ms, completed=1, dead=1) for at_ms in slices),
        times=tuple(SliceTimes(at_ms=at_ms, wait_p50_ms=10.0, wait_p95_ms=20.0) for at_ms in slices),
        actors=(ActorTimes(actor="ai.drill", ended=3, dead=1, **times),),
        nodes=(NodeRate(node="ai-1", completed=1, failed=1), NodeRate(node="ai-2", completed=1, failed=0)),
        costs=JobCosts(
            jobs=2, cost_usd=0.5, unpriced=1, p50_usd=0.25, p95_usd=0.3, highest_usd=0.3, highest_job_id=JOB_ID
        ),
        oldest_waiting=waiting,
    )
    return {**to_json(view), **changes}


def nothing_counted() -> dict[str, Any]:
    """An hour in which nothing happened."""
    none = {"p50_usd": None, "p95_usd": None, "highest_usd": None, "highest_job_id": None}
    costs = {"jobs": 0, "cost_usd": 0.0, "unpriced": 0, **none}
    nothing = {"ended": {"cancelled": 0, "completed": 0, "dead": 0}, "open": {}, "actors": [], "nodes": []}
    return statistics_view(**nothing, costs=costs, oldest_waiting=None, slices=[], times=[])


def repeated_run(**changes: Any) -> dict[str, Any]:
    """A task that its node took over after its process had died."""
    run = RepeatedRun(
        task_id=TASK_ID,
        attempt_id="b",
        job_id=JOB_ID,
        tenant_id="other",
        actor="ai.drill",
        node="ai-1",
        run=1,
        number=2,
        retry=0,
        started_at=_AT,
        ended_at=_AT,
        outcome="completed",
        cause="takeover",
        after_node="ai-1",
        after_outcome="died",
    )
    return {**to_json(run), **changes}


def duplicates_page(*items: dict[str, Any], next_cursor: str | None = None) -> dict[str, Any]:
    """A page of the ledger, with the sums of a takeover and of an end that nobody knows."""
    sums = (
        CauseSum(cause="takeover", runs=3, unknown=0, superseded=1),
        CauseSum(cause=None, runs=1, unknown=1, superseded=0),
    )
    page = to_json(DuplicatesPage(items=(), sums=sums if items else (), runs=1000))
    return {**page, "items": list(items), "next_cursor": next_cursor}
