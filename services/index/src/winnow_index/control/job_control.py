"""Keeps the durable set of cancelled jobs and paused lanes."""

from typing import Any

from winnow_contracts import queues
from winnow_contracts.control import EVERY_RUN, ControlSet
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Conflict, NotFound
from winnow_contracts.index_api.audit import AuditAction
from winnow_contracts.index_api.jobs import CancelledJob
from winnow_index import views
from winnow_index.control.audit import note
from winnow_index.database import Database
from winnow_index.store.completion import ensure_job
from winnow_index.store.deletions import missing

_KEPT_MS = 8 * 86_400_000
"""Cancellations are kept this long: journals may resend messages for seven days, and one day is for delays."""


class JobControl:
    """Cancels jobs, and pauses and resumes lanes. All methods raise Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def control(self) -> ControlSet:
        """All cancelled jobs and paused lanes, with the present time by the one clock that all nodes share."""
        with self._database.transaction() as transaction:
            cancelled = transaction.rows("read_cancelled", {"since_ms": now_ms() - _KEPT_MS, "every_run": EVERY_RUN})
            paused = transaction.rows("read_paused")
            (time,) = transaction.rows("read_time")
        return ControlSet(
            cancelled={row["job_id"]: row["cancelled_run"] for row in cancelled},
            paused={row["lane"]: row["since_ms"] for row in paused},
            now_ms=time["now_ms"],
        )

    def cancel(
        self, tenant_id: str, job_id: str, media_id: str | None, who: str = "", *, noted: bool = True
    ) -> CancelledJob:
        """Cancel the job's current run for the key ``who``; from now on no result of it is stored.

        ``noted`` false: a bulk action's entry of the audit log tells of it.

        With ``media_id``, a job that index does not know is treated as accepted a moment ago. Raises NotFound (also
        for another tenant's job) and Conflict (``already-ended``).
        """
        named = {"job_id": job_id}
        with self._database.transaction() as transaction:
            if media_id:
                ensure_job(transaction, tenant_id, job_id, media_id)
            job = transaction.row("lock_jobs", {"job_ids": [job_id]})
            if job is None or job["tenant_id"] != tenant_id:
                raise missing(transaction, tenant_id, "job", job_id)
            if job["status"] in ("done", "failed", "cancelled"):
                raise Conflict(f"{job_id} is {job['status']} already.", code="already-ended")
            transaction.run("cancel_job", {**named, "now_ms": now_ms()})
            if noted:
                note(transaction, who, AuditAction.CANCEL, job_id)
            row = transaction.row("read_job", {"tenant_id": tenant_id, **named})
            tasks = transaction.rows("read_tasks", {"job_ids": [job_id]})
        assert row is not None
        return CancelledJob(job=views.job_view(row, tasks), run=row["run"])

    def pause(self, lane: str, who: str) -> dict[str, int]:
        """Pause a lane. Returns all paused lanes with the time of the pause. Raises NotFound for an unknown lane."""
        return self._change(AuditAction.PAUSE, "pause_lane", {"lane": _known(lane), "who": who, "now_ms": now_ms()})

    def resume(self, lane: str, who: str) -> dict[str, int]:
        """Resume a lane for the key ``who``. Returns the lanes that are still paused.

        Raises NotFound for an unknown lane.
        """
        return self._change(AuditAction.RESUME, "resume_lane", {"lane": _known(lane), "who": who})

    def _change(self, action: AuditAction, statement: str, parameters: dict[str, Any]) -> dict[str, int]:
        with self._database.transaction() as transaction:
            transaction.run(statement, parameters)
            note(transaction, parameters["who"], action, parameters["lane"])
            return {row["lane"]: row["since_ms"] for row in transaction.rows("read_paused")}


def _known(lane: str) -> str:
    if lane not in queues.LANES:
        raise NotFound(f"There is no lane {lane}.", hint="The lanes are " + ", ".join(queues.LANES) + ".")
    return lane
