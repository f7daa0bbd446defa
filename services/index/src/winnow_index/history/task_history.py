"""Task history: answers nodes about tasks that they have no record of, and about jobs that they keep records for."""

from collections.abc import Sequence
from typing import Any

from winnow_contracts.control import EVERY_RUN
from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.nodes import JobStatus
from winnow_contracts.task_history import TaskHistory
from winnow_index.database import Database
from winnow_index.history.open_commands import LEASE_SECONDS


class TaskHistories:
    """Answers nodes and chaos runs. All methods raise Unavailable if PostgreSQL does not answer.

    A journal stands while index has heard of it within ``lease_seconds``: what it alone has will come.
    """

    def __init__(self, database: Database, *, lease_seconds: float = LEASE_SECONDS) -> None:
        self._database = database
        self._lease_ms = round(lease_seconds * 1000)

    def ended(self, job_ids: Sequence[str]) -> dict[str, int]:
        """The jobs that have ended, with the run in which each ended: a later run may have been requested already."""
        asked = {"job_ids": list(job_ids), "every_run": EVERY_RUN}
        with self._database.transaction() as transaction:
            return {row["job_id"]: row["run"] for row in transaction.rows("ended_jobs", asked)}

    def statuses(self, job_ids: Sequence[str]) -> dict[str, JobStatus]:
        """Status, run, number of stores and end (Unix milliseconds) by job. Unknown jobs are left out.

        ``applied`` counts by run how often a result was applied. It does not depend on the job's row.
        """
        with self._database.transaction() as transaction:
            rows = transaction.rows("read_statuses", {"job_ids": list(job_ids)})
        return {row.pop("job_id"): JobStatus(**row) for row in rows}

    def past(
        self, task_id: str, job_id: str, run: int, *, possible_duplicate: bool, retry: int = 0, journal_id: str = ""
    ) -> TaskHistory:
        """What happened to a task in other journals.

        ``journal_id`` is the caller's journal. ``possible_duplicate`` says that this copy, of retry number ``retry``,
        was published once more and is not a redelivery.
        """
        asked: dict[str, Any] = {"task_id": task_id, "job_id": job_id, "run": run, "retry": retry}
        asked |= {"journal_id": journal_id, "heard_ms": now_ms() - self._lease_ms}
        with self._database.transaction() as transaction:
            found = transaction.row("read_past", asked)
        assert found is not None
        return TaskHistory(
            ended=_ended(found, possible_duplicate=possible_duplicate),
            # The later retry's copy is kept here, or with the journal that wrote it, and is published again if need be.
            later_retry_exists=possible_duplicate and bool(found["retry_is_kept"]),
            no_open_attempts=found["settled"],
            open_on_other_node=found["open_elsewhere"],
            isolated_crashes=found["deaths_alone"],
        )


def _ended(found: dict[str, Any], *, possible_duplicate: bool) -> bool:
    """Whether the task needs no work and none of its follow-up messages can be missing."""
    if found["job_ended"]:
        return True
    match found["state"]:
        case "dead" | "cancelled":
            return True
        case "completed" if possible_duplicate:
            # The journal that wrote the end has the follow-up messages and publishes them itself. It acks its copy only
            # afterwards; if its node is gone, that copy is redelivered and checked by the strict rule below.
            return bool(found["end_is_kept"])
        case "completed":
            return bool(0 < found["children"] == found["begun"])
        case _:
            return False
