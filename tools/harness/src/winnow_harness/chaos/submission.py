"""A job as its client asked for it."""

from dataclasses import dataclass

from winnow_harness.chaos.wishes import WorkItem


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A request for a job, repeated with ``key`` until it is answered. ``wish`` is None for a recording.

    ``answer`` is ``accepted``, ``refused``, or ``unknown`` where the client stopped before an answer came: then the job
    may run or not, and ``job_id`` is None. Times are Unix milliseconds; ``ended_ms`` is None while there is no answer.
    """

    key: str
    wish: WorkItem | None
    invoked_ms: int
    ended_ms: int | None = None
    answer: str = "unknown"
    job_id: str | None = None
