"""Asks index what became of jobs, a thousand at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from winnow_chassis.internal_http import InternalClient

FINAL = frozenset(("done", "failed", "cancelled"))
_AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True)
class JobState:
    """What index knows of a job. ``stored_times``: how often a result of it was applied."""

    status: str
    run: int
    stored_times: int


def read_states(index: InternalClient, job_ids: Sequence[str]) -> dict[str, JobState]:
    """Each job that index knows. Raises Unavailable."""
    found: dict[str, JobState] = {}
    for start in range(0, len(job_ids), _AT_ONCE):
        answer = index.post("/internal/v1/jobs/statuses", {"job_ids": list(job_ids[start : start + _AT_ONCE])})
        for job_id, job in answer["jobs"].items():
            found[job_id] = JobState(status=job["status"], run=job["run"], stored_times=job["stored_times"])
    return found


def ended(index: InternalClient, job_ids: Sequence[str]) -> set[str]:
    """Those that have ended."""
    return {job_id for job_id, state in read_states(index, job_ids).items() if state.status in FINAL}
