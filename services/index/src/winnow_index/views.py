"""Rows of the database as the internal API shows them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from winnow_base.redaction import redact
from winnow_contracts.commands import COMMANDS, ReplayTask
from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.jobs import EtaView, JobView, Problem, StageView
from winnow_contracts.index_api.media import MediaKeys, MediaView, Speech
from winnow_contracts.index_api.tasks import JobAttempt
from winnow_contracts.index_api.trace import AttemptView, EventView, Failure, StepView, TaskView
from winnow_contracts.job_options import Track
from winnow_contracts.json_codec import from_json
from winnow_contracts.problems import PROBLEMS, TYPE_BASE
from winnow_contracts.queues import Priority
from winnow_contracts.stages import FETCH_STAGES, stages
from winnow_contracts.states import UNSPENT

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


def instant(at_ms: int) -> str:
    """RFC 3339 in UTC."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def instant_or_none(at_ms: int | None) -> str | None:
    """RFC 3339 in UTC, or None."""
    return None if at_ms is None else instant(at_ms)


def media_view(row: Row) -> MediaView:
    """One media, with the keys of its objects."""
    return MediaView(
        id=row["media_id"],
        kind=row["kind"],
        title=row["title"],
        filename=row["filename"],
        content_type=row["content_type"],
        size_bytes=row["size_bytes"],
        has_video=row["has_video"],
        duration_ms=row["duration_ms"],
        language=row["language"],
        status=row["status"],
        job_id=row["job_id"],
        created_at=instant(row["created_ms"]),
        speech=None if row["speech_ratio"] is None else Speech(ratio=round(row["speech_ratio"], 4)),
        warnings=tuple(row["warnings"]),
        has_transcript=row["has_transcript"],
        tags=tuple(row["tags"]),
        version=row["version"],
        keys=MediaKeys(
            original=row["original_key"],
            poster=row["poster_key"],
            thumbnail=row["thumbnail_key"],
            rendition=row["rendition_key"],
            rendition_type=row["rendition_type"],
        ),
    )


def job_view(row: Row, tasks: Iterable[Row], eta: EtaView | None = None) -> JobView:
    """One job with its stages in order; ``tasks`` are the rows of its tasks, of any run.

    A run that began at a later stage stands on what earlier runs completed.
    """
    dropped = row["history_dropped_ms"] is not None
    counting = [task for task in tasks if task["run"] == row["run"] or task["state"] == "completed"]
    current = {task["actor"]: task for task in sorted(counting, key=lambda task: task["run"])}
    done = row["status"] == "done"
    by_link = any(actor in current for actor in FETCH_STAGES)
    return JobView(
        id=row["job_id"],
        media_id=row["media_id"],
        status="scheduled" if row["status"] == "queued" and (row["not_before_ms"] or 0) > now_ms() else row["status"],
        run=row["run"],
        created_at=instant(row["created_ms"]),
        finished_at=instant_or_none(row["finished_ms"]),
        stages=tuple(
            _stage(name, current.get(actor), done=done, dropped=dropped)
            for actor, name in stages(row["kind"], by_link=by_link).items()
        ),
        error=problem(row["problem"], f"/v1/jobs/{row['job_id']}"),
        warnings=tuple(row["warnings"] or ()),
        eta=eta if row["status"] in OPEN else None,
        priority=row["priority"] or Priority.NORMAL.value,
        not_before=instant_or_none(row["not_before_ms"]),
        metadata=row["metadata"] or {},
        track=row["track"] or Track.FULL.value,
    )


def history_note(row: Row) -> str:
    """What is to be said of a job's history where it is not whole, in a sentence; else an empty string."""
    if row["history_dropped_ms"] is None:
        return ""
    return f"This job ended on {instant(row['finished_ms'])[:10]}; its tasks and events are not kept any more."


def problem(error: Row | None, instance: str) -> Problem | None:
    """A recorded error as a problem object (RFC 9457), or None."""
    if not error:
        return None
    code = error.get("code", "internal")
    kind = PROBLEMS.get(code, PROBLEMS["internal"])
    return Problem(
        type=TYPE_BASE + code,
        title=kind.title,
        status=kind.status,
        detail=error.get("detail", ""),
        instance=instance,
        code=code,
        retryable=bool(error.get("retryable")),
        hint=error.get("hint", ""),
    )


def task_view(job: Row, row: Row, attempts: Iterable[Row], steps: Iterable[Row]) -> TaskView:
    """One task of a job with its attempts and steps; ``deferred`` counts attempts that only waited."""
    own = [one for one in attempts if one["task_id"] == row["task_id"]]
    return TaskView(
        task_id=row["task_id"],
        actor=row["actor"],
        queue=row["queue"],
        state=row["state"],
        run=row["run"],
        retry=row["retry"],
        deferred=sum(one["outcome"] in UNSPENT for one in own),
        replayable=replayable(_with_job(row, job)),
        attempts=tuple(attempt_view(one) for one in own),
        steps=tuple(step_view(one) for one in steps if one["task_id"] == row["task_id"]),
    )


def attempt_view(row: Row) -> AttemptView:
    """One execution of a task."""
    return AttemptView(**_attempt(row))


def job_attempt(row: Row) -> JobAttempt:
    """One execution of a task, and whose it is."""
    return JobAttempt(**_attempt(row), **{name: row[name] for name in ("job_id", "task_id", "actor", "run", "retry")})


def step_view(row: Row) -> StepView:
    """One finished step of a task."""
    return StepView(
        name=row["name"],
        duration_ms=row["duration_ms"],
        reused=row["reused"],
        at=instant(row["at_ms"]),
        attempt_id=row["attempt_id"],
    )


def event_view(row: Row) -> EventView:
    """One event of a job's timeline, without secrets."""
    return EventView(
        at=instant(row["at_ms"]),
        at_ms=row["at_ms"],
        kind=row["kind"],
        actor=row["actor"],
        task_id=row["task_id"],
        attempt_id=row["attempt_id"],
        node=row["node"],
        run=row["run"],
        retry=row["retry"],
        detail=redact(row["detail"]),
    )


def replayable(row: Row) -> bool:
    """Whether the job's next run can begin at this task: its run ended without result, its uploads are kept, and its
    command is known.
    """
    return (
        row["state"] in ("dead", "cancelled")
        and row["job_status"] in ("failed", "cancelled")
        and row["run"] == row["job_run"]
        and row["discarded_ms"] is None
        and row["uploads_expired_ms"] is None
        and row["command"] is not None
        and row["actor"] in COMMANDS
        and row["actor"] != ReplayTask.ACTOR
    )


def _with_job(task: Row, job: Row) -> Row:
    return {
        **task,
        "job_run": job["run"],
        "job_status": job["status"],
        "uploads_expired_ms": job["uploads_expired_ms"],
    }


def _stage(name: str, task: Row | None, *, done: bool, dropped: bool) -> StageView:
    # A task that waits for its turn at a limit is not tried again: nothing failed.
    status = "waiting" if task is None or task["deferred"] else _STAGE_STATUS[task["state"]]
    reason = task["problem"]["detail"] if task and task["problem"] else None
    if done:  # the last stage's event may come a moment after its result
        status, reason = "done", None
    elif dropped:
        reason = "How far it came is not kept any more."
    return StageView(name=name, status=status, ms=task["duration_ms"] if task else None, reason=reason)


def _attempt(row: Row) -> dict[str, Any]:
    """The fields that both views of an attempt have."""
    return {
        **{name: row[name] for name in ("attempt_id", "number", "node", "outcome", "why")},
        "started_at": instant_or_none(row["started_ms"]),
        "ended_at": instant_or_none(row["ended_ms"]),
        "error": None if row["problem"] is None else from_json(Failure, row["problem"]),
    }
