"""Asks index for the states of jobs, a thousand at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from winnow_base.http.internal_clients import IndexClient
from winnow_contracts.index_api.nodes import JobStatus, ReadJobStatuses

FINAL = frozenset(("done", "failed", "cancelled"))
_AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True)
class JobState:
    """The state of a job in index.

    ``applied`` is how often a result was applied, by run. Index writes a row per application and never reads these
    rows: they are independent of the check that rejects a second result.
    """

    status: str
    run: int
    applied: Mapping[int, int]

    @property
    def applied_twice(self) -> bool:
        """Whether any run's result was applied more than once."""
        return any(times > 1 for times in self.applied.values())

    @property
    def is_missing_its_result(self) -> bool:
        """Whether the job is done although nothing was applied in the run in which it ended."""
        return self.status == "done" and not self.applied.get(self.run)


def read_states(index: IndexClient, job_ids: Sequence[str]) -> dict[str, JobState]:
    """Returns the state of each job that index knows. Raises Unavailable."""
    found: dict[str, JobState] = {}
    for start in range(0, len(job_ids), _AT_ONCE):
        answer = index.ask(ReadJobStatuses(job_ids=job_ids[start : start + _AT_ONCE]))
        found |= {job_id: job_state(job) for job_id, job in answer.jobs.items()}
    return found


def job_state(job: JobStatus) -> JobState:
    """Returns a job's state from index's answer."""
    applied = {int(run): times for run, times in job.applied.items()}
    return JobState(status=job.status, run=job.run, applied=applied)


def ended(index: IndexClient, job_ids: Sequence[str]) -> set[str]:
    """Returns the jobs that have ended."""
    return {job_id for job_id, state in read_states(index, job_ids).items() if state.status in FINAL}
