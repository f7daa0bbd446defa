"""Computes the progress, the remaining time and the speed of files being added."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from winnow_cli.adding.added import Added


def stage_of(job: dict[str, Any]) -> dict[str, Any] | None:
    """The stage that a job is in or waits for."""
    stages = job.get("stages") or []
    return next((stage for stage in stages if stage["status"] not in ("done",)), None)


def done_share(job: dict[str, Any]) -> float:
    """The share of a job that is done, 0 to 1: its finished stages and part of the running one."""
    stages = job.get("stages") or []
    if job.get("status") == "done":
        return 1.0
    # Transcription takes nearly all of the time: the other stages share a tenth.
    weights = {
        stage["name"]: 0.9 if stage["name"] == "transcribe" else 0.1 / max(1, len(stages) - 1) for stage in stages
    }
    done = 0.0
    for stage in stages:
        done += weights[stage["name"]] * (1.0 if stage["status"] == "done" else float(stage.get("progress") or 0.0))
    return min(done, 1.0)


def eta_seconds(job: dict[str, Any]) -> float | None:
    """Seconds until the job is done, None if unknown."""
    eta = job.get("eta")
    return None if eta is None or job.get("status") == "done" else float(eta["seconds"])


def eta_of_all(files: Sequence[Added]) -> float | None:
    """Seconds until the last job is done, None while one is unknown."""
    etas = [eta_seconds(file.job) for file in files if not file.ended]
    return None if not etas or None in etas else max(eta for eta in etas if eta is not None)


def took_seconds(job: dict[str, Any]) -> float | None:
    """Seconds from acceptance to the job's end."""
    if not job.get("finished_at"):
        return None
    begun, ended = (datetime.fromisoformat(job[name]) for name in ("created_at", "finished_at"))
    return (ended - begun).total_seconds()


def in_words(job: dict[str, Any]) -> str:
    """A job's progress in a few words: the share of a stage, or the number of jobs before it."""
    stage = stage_of(job)
    if stage is None:
        return str(job.get("status", ""))
    if stage.get("of_seconds"):
        return f"{stage['name']} {_minutes(stage['heard_seconds'] or 0)} of {_minutes(stage['of_seconds'])}"
    ahead = (job.get("eta") or {}).get("ahead")
    if stage["status"] == "waiting" and ahead:
        return f"waits to {stage['name']}, {ahead} before it"
    return f"{stage['name']} {stage['status']}"


def _minutes(seconds: float) -> str:
    minutes, second = divmod(int(seconds), 60)
    return f"{minutes}:{second:02}"
