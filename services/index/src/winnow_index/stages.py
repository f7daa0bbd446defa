"""A job's stages, as the task history tells them."""

from collections.abc import Iterable
from typing import Any

from winnow_contracts.stages import RECORDING_STAGES
from winnow_contracts.states import TaskState

_STATUS = {
    TaskState.PENDING: "waiting",
    TaskState.RUNNING: "running",
    TaskState.RETRY_WAIT: "retrying",
    TaskState.COMPLETED: "done",
    TaskState.DEAD: "failed",
    TaskState.CANCELLED: "failed",
}


def stages(tasks: Iterable[dict[str, Any]], job_status: str) -> list[dict[str, Any]]:
    """Every stage in order: ``{name, status, ms, progress, reason}``.

    A stage that an earlier run went through keeps what that run made of it. In a job that is done every stage is done:
    its last events may still be on their way, and a recording without sound skips some.
    """
    latest: dict[str, dict[str, Any]] = {}
    for task in tasks:
        known = latest.get(task["actor"])
        if known is None or task["run"] >= known["run"]:
            latest[task["actor"]] = task
    return [_stage(name, latest.get(actor), job_status) for actor, name in RECORDING_STAGES.items()]


def _stage(name: str, task: dict[str, Any] | None, job_status: str) -> dict[str, Any]:
    status = "waiting" if task is None else _STATUS[TaskState(task["state"])]
    problem = task["problem"] if task is not None else None
    reason = problem.get("detail") if problem else None
    if task is not None and task["state"] == TaskState.CANCELLED:
        reason = "It was cancelled."
    if job_status == "done":
        status, reason = "done", None
    return {
        "name": name,
        "status": status,
        "ms": task["duration_ms"] if task is not None and status == "done" else None,
        "progress": None,
        "reason": reason,
    }
