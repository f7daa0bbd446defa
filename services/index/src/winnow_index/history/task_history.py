"""What nodes ask about jobs and tasks that they have no record of, or keep records for."""

from collections.abc import Sequence
from typing import Any

from winnow_contracts.index_api.nodes import JobStatus
from winnow_contracts.task_history import TaskHistory
from winnow_index.database import Database


class TaskHistories:
    """Answers nodes and chaos runs. All raise Unavailable when PostgreSQL does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ended(self, job_ids: Sequence[str]) -> dict[str, int]:
        """Which of these jobs have ended, with the run they ended in: a later run may have been asked for already."""
        with self._database.transaction() as transaction:
            return {row["job_id"]: row["run"] for row in transaction.rows("ended_jobs", {"job_ids": list(job_ids)})}

    def statuses(self, job_ids: Sequence[str]) -> dict[str, JobStatus]:
        """Status, run, times stored and Unix milliseconds of the end, by job; unknown jobs are left out.

        ``applied`` counts by run how often a result was applied, whatever the job's row says of itself.
        """
        with self._database.transaction() as transaction:
            rows = transaction.rows("read_statuses", {"job_ids": list(job_ids)})
        return {row.pop("job_id"): JobStatus(**row) for row in rows}

    def past(
        self, task_id: str, job_id: str, run: int, *, possible_duplicate: bool, retry: int = 0, journal_id: str = ""
    ) -> TaskHistory:
        """What became of a task elsewhere; ``possible_duplicate``: this copy, its ``retry``-th, was sent once
        more and is fresh.

        ``journal_id`` is the journal of who asks.
        """
        asked = {"task_id": task_id, "job_id": job_id, "run": run, "retry": retry, "journal_id": journal_id}
        with self._database.transaction() as transaction:
            found = transaction.row("read_past", asked)
        assert found is not None
        return TaskHistory(
            ended=_ended(found, possible_duplicate=possible_duplicate),
            # The journal that wrote a later retry holds that copy, and sends it again itself.
            later_retry_exists=possible_duplicate and bool(found["retry_is_kept"]),
            no_open_attempts=found["settled"],
            open_on_other_node=found["open_elsewhere"],
            isolated_crashes=found["deaths_alone"],
        )


def _ended(found: dict[str, Any], *, possible_duplicate: bool) -> bool:
    """Whether nothing is to be done and nothing that follows can be missing."""
    if found["job_ended"]:
        return True
    match found["state"]:
        case "dead" | "cancelled":
            return True
        case "completed" if possible_duplicate:
            # The journal that wrote the end holds what follows from it and sends that itself. The copy it worked on is
            # not acked before; should its node be gone, that copy is redelivered and asked about strictly.
            return bool(found["end_is_kept"])
        case "completed":
            return bool(0 < found["children"] == found["begun"])
        case _:
            return False
