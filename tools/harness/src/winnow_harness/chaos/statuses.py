"""Asks index what became of jobs, a thousand at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from winnow_chassis.http.internal_clients import IndexClient
from winnow_contracts.index_api.nodes import JobStatus, ReadJobStatuses

FINAL = frozenset(("done", "failed", "cancelled"))
_AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True)
class JobState:
    """What index knows of a job. ``applied``: how often a result of it was applied, by run.

    Index counts rows for it, one for each application, which it reads nowhere else: they do not come from what keeps a
    second result out.
    """

    status: str
    run: int
    applied: Mapping[int, int]

    @property
    def applied_twice(self) -> bool:
        """Whether any one run's result was applied more than once."""
        return any(times > 1 for times in self.applied.values())

    @property
    def is_missing_its_result(self) -> bool:
        """Whether it is done, and yet nothing was applied in the run in which it ended."""
        return self.status == "done" and not self.applied.get(self.run)


def read_states(index: IndexClient, job_ids: Sequence[str]) -> dict[str, JobState]:
    """Each job that index knows. Raises Unavailable."""
    found: dict[str, JobState] = {}
    for start in range(0, len(job_ids), _AT_ONCE):
        answer = index.ask(ReadJobStatuses(job_ids=job_ids[start : start + _AT_ONCE]))
        found |= {job_id: job_state(job) for job_id, job in answer.jobs.items()}
    return found


def job_state(job: JobStatus) -> JobState:
    """A job as index's answer has it."""
    applied = {int(run): times for run, times in job.applied.items()}
    return JobState(status=job.status, run=job.run, applied=applied)


def ended(index: IndexClient, job_ids: Sequence[str]) -> set[str]:
    """Those that have ended."""
    return {job_id for job_id, state in read_states(index, job_ids).items() if state.status in FINAL}
