"""Rows of the database as the internal API shows them."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from winnow_contracts.commands import COMMANDS, ReplayTask
from winnow_contracts.problems import PROBLEMS, TYPE_BASE
from winnow_contracts.stages import stages
from winnow_contracts.states import UNSPENT
from winnow_index.etas import Eta

Row = dict[str, Any]
_STAGE_STATUS = {
    "pending": "waiting",
    "running": "running",
    "retry_wait": "retrying",
    "completed": "done",
    "dead": "failed",
    "cancelled": "failed",
}

OPEN = ("queued", "running")
"""Statuses of jobs that are not at their end."""
_UNHEARD = {"heard_seconds": None, "of_seconds": None}
"""Only live news tells how much of the sound is heard."""


def instant(at_ms: int | None) -> str | None:
    """RFC 3339 in UTC, or None."""
    if at_ms is None:
        return None
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def media_view(row: Row) -> dict[str, Any]:
    """One media, with the keys of its objects."""
    speech = None if row["speech_ratio"] is None else {"ratio": round(row["speech_ratio"], 4)}
    names = ("kind", "title", "filename", "content_type", "size_bytes", "has_video", "duration_ms", "language")
    return {
        "id": row["media_id"],
        **{name: row[name] for name in names},
        "status": row["status"],
        "job_id": row["job_id"],
        "created_at": instant(row["created_ms"]),
        "speech": speech,
        "warnings": row["warnings"],
        "has_transcript": row["has_transcript"],
        "keys": {
            "original": row["original_key"],
            "poster": row["poster_key"],
            "thumbnail": row["thumbnail_key"],
            "rendition": row["rendition_key"],
            "rendition_type": row["rendition_type"],
        },
    }


def job_view(row: Row, tasks: Iterable[Row], eta: Eta | None = None) -> dict[str, Any]:
    """One job with its stages in order; ``tasks`` are the rows of its tasks, of any run.

    A run that began at a later stage stands on what earlier runs completed.
    """
    counting = [task for task in tasks if task["run"] == row["run"] or task["state"] == "completed"]
    current = {task["actor"]: task for task in sorted(counting, key=lambda task: task["run"])}
    done = row["status"] == "done"
    return {
        "id": row["job_id"],
        "media_id": row["media_id"],
        "status": row["status"],
        "run": row["run"],
        "created_at": instant(row["created_ms"]),
        "finished_at": instant(row["finished_ms"]),
        "stages": [_stage(name, current.get(actor), done=done) for actor, name in stages(row["kind"]).items()],
        "error": problem(row["problem"], f"/v1/jobs/{row['job_id']}"),
        "warnings": row["warnings"] or [],
        "eta": _eta(eta) if row["status"] in OPEN else None,
    }


def problem(error: dict[str, Any] | None, instance: str) -> dict[str, Any] | None:
    """A recorded error as a problem object (RFC 9457), or None."""
    if not error:
        return None
    code = error.get("code", "internal")
    kind = PROBLEMS.get(code, PROBLEMS["internal"])
    return {
        "type": TYPE_BASE + code,
        "title": kind.title,
        "status": kind.status,
        "detail": error.get("detail", ""),
        "instance": instance,
        "code": code,
        "retryable": bool(error.get("retryable")),
        "hint": error.get("hint", ""),
    }


def task_view(job: Row, row: Row, attempts: Iterable[Row], steps: Iterable[Row]) -> dict[str, Any]:
    """One task of a job with its attempts and steps; ``deferred`` counts attempts that only waited."""
    names = ("task_id", "actor", "queue", "state", "run", "retry")
    own = [one for one in attempts if one["task_id"] == row["task_id"]]
    return {
        **{name: row[name] for name in names},
        "deferred": sum(one["outcome"] in UNSPENT for one in own),
        "replayable": replayable({**row, "job_run": job["run"], "job_status": job["status"]}),
        "attempts": [attempt_view(one) for one in own],
        "steps": [
            {
                "name": one["name"],
                "duration_ms": one["duration_ms"],
                "reused": one["reused"],
                "at": instant(one["at_ms"]),
                "attempt_id": one["attempt_id"],
            }
            for one in steps
            if one["task_id"] == row["task_id"]
        ],
    }


def attempt_view(row: Row) -> dict[str, Any]:
    """One execution of a task."""
    return {
        "attempt_id": row["attempt_id"],
        "number": row["number"],
        "node": row["node"],
        "started_at": instant(row["started_ms"]),
        "ended_at": instant(row["ended_ms"]),
        "outcome": row["outcome"],
        "why": row["why"],
        "error": row["problem"],
    }


def event_view(row: Row) -> dict[str, Any]:
    """One event of a job's timeline."""
    names = ("at_ms", "kind", "actor", "task_id", "attempt_id", "node", "run", "retry", "detail")
    return {"at": instant(row["at_ms"]), **{name: row[name] for name in names}}


def dead_view(row: Row) -> dict[str, Any]:
    """One task that ended dead or cancelled; ``row`` has its job's ``job_run`` and ``job_status`` too."""
    names = ("task_id", "job_id", "tenant_id", "media_id", "actor", "queue", "run", "retry", "state", "attempts")
    return {
        **{name: row[name] for name in names},
        "ended_at": instant(row["ended_ms"]),
        "problem": problem(row["problem"], f"/v1/ops/dead/{row['task_id']}"),
        "replayable": replayable(row),
        "discarded_at": instant(row["discarded_ms"]),
    }


def replayable(row: Row) -> bool:
    """Whether the job's next run can begin at this task: its run ended without result, and its command is known."""
    return (
        row["state"] in ("dead", "cancelled")
        and row["job_status"] in ("failed", "cancelled")
        and row["run"] == row["job_run"]
        and row["discarded_ms"] is None
        and row["command"] is not None
        and row["actor"] in COMMANDS
        and row["actor"] != ReplayTask.ACTOR
    )


def journal_view(row: Row) -> dict[str, Any]:
    """One journal as index knows it."""
    names = ("journal_id", "service", "node", "applied_seq", "unknown_attempts")
    return {
        **{name: row[name] for name in names},
        "seen_at": instant(row["seen_ms"]),
        "lost_at": instant(row["lost_ms"]),
    }


def _eta(eta: Eta | None) -> dict[str, Any] | None:
    """When a job will be done: in how many seconds, at what moment, and how many go before it."""
    if eta is None:
        return None
    seconds = max(1, round(eta.seconds))
    return {"seconds": seconds, "at": instant(time.time_ns() // 1_000_000 + 1000 * seconds), "ahead": eta.ahead}


def _stage(name: str, task: Row | None, *, done: bool) -> dict[str, Any]:
    # A task that waits for its turn at a limit is not tried again: nothing failed.
    status = "waiting" if task is None or task["deferred"] else _STAGE_STATUS[task["state"]]
    reason = task["problem"]["detail"] if task and task["problem"] else None
    if done:  # the last stage's event may come a moment after its result
        status, reason = "done", None
    duration_ms = task["duration_ms"] if task else None
    return {"name": name, "status": status, "ms": duration_ms, "progress": None, "reason": reason, **_UNHEARD}
