"""What people ask of running work: cancel, try again, replay, discard, pause. Index decides, nodes hear of it."""

from collections.abc import Callable, Iterable
from typing import Any

from winnow_chassis.intake import Intake
from winnow_chassis.internal_http import InternalClient
from winnow_contracts.commands import ReplayTask
from winnow_contracts.control import ControlKind, ControlNews
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Conflict, NotFound
from winnow_gateway.reads import IndexReads
from winnow_gateway.views import public_dead, public_job


class Steering:
    """Asks index for each decision and tells the nodes. All methods raise Unavailable where index does not answer."""

    def __init__(
        self, index: InternalClient, reads: IndexReads, intake: Intake, announce: Callable[[ControlNews], None]
    ) -> None:
        self._index = index
        self._reads = reads
        self._intake = intake
        self._announce = announce

    def cancel(self, tenants: Iterable[str], job_id: str) -> dict[str, Any]:
        """The job of one of the tenants, cancelled. Raises NotFound, and Conflict ``already-ended``."""
        accepted = self._intake.find(job_id)
        for tenant_id in tenants:
            # Index may not have heard yet of a job accepted here a moment ago; with its media it can believe us.
            mine = accepted is not None and accepted.command.tenant_id == tenant_id
            media_id = accepted.command.media_id if accepted is not None and mine else None
            try:
                answer = self._index.post(
                    f"/internal/v1/jobs/{job_id}/cancel", {"tenant_id": tenant_id, "media_id": media_id}
                )
            except NotFound:
                continue
            self._announce(ControlNews(kind=ControlKind.CANCEL, name=job_id, run=answer["run"]))
            return public_job(answer["job"])
        raise NotFound(f"There is no job {job_id}.")

    def retry(self, tenants: Iterable[str], job_id: str) -> dict[str, Any]:
        """Ask for the job's next run, from where it ended; the job as it is before that.

        Raises NotFound, and Conflict ``not-ready`` where it did not fail and is not cancelled, or still being stopped.
        """
        trace = self._trace(tenants, job_id)
        job: dict[str, Any] = trace["job"]
        if job["status"] not in ("failed", "cancelled"):
            raise Conflict(
                f"The job is {job['status']}; only a failed or cancelled job can be tried again.", code="not-ready"
            )
        ended = [task for task in trace["tasks"] if task["replayable"]]
        if not ended:
            raise Conflict(
                f"The job is {job['status']}, but no task of it can be begun again: either its work has not stopped "
                "everywhere yet, or an operator discarded it.",
                code="not-ready",
                hint="Try again in a few seconds, or send the file again.",
            )
        for task in ended:
            self._replay(trace["tenant_id"], job_id, job["media_id"], task["task_id"], job["run"])
        return job

    def replay(self, task_id: str) -> dict[str, Any]:
        """Ask for the next run of a dead task's job, beginning at the task; the task. Raises NotFound and Conflict."""
        task = self._index.get(f"/internal/v1/dead/{task_id}")
        if not task["replayable"]:
            raise Conflict(
                "The task can not be replayed: its job has gone on without it, or the task was discarded.",
                code="not-ready",
                hint="Look at the job's trace.",
            )
        self._replay(task["tenant_id"], task["job_id"], task["media_id"], task_id, task["run"])
        return public_dead(task)

    def discard(self, task_id: str, who: str) -> dict[str, Any]:
        """Take a dead task off the list for good; the task. Raises NotFound."""
        return public_dead(self._index.post(f"/internal/v1/dead/{task_id}/discard", {"who": who}))

    def pause(self, lane: str, who: str) -> int | None:
        """Let nothing of a lane be begun; since when it is paused, in Unix milliseconds."""
        answer = self._index.put(f"/internal/v1/lanes/{lane}/pause", {"who": who})
        self._announce(ControlNews(kind=ControlKind.PAUSE, name=lane))
        return _since(answer, lane)

    def resume(self, lane: str, who: str) -> int | None:
        """Let a lane go on; None, or since when somebody paused it anew."""
        answer = self._index.delete(f"/internal/v1/lanes/{lane}/pause", {"who": who})
        self._announce(ControlNews(kind=ControlKind.RESUME, name=lane))
        return _since(answer, lane)

    def _trace(self, tenants: Iterable[str], job_id: str) -> dict[str, Any]:
        for tenant_id in tenants:
            try:
                return {**self._reads.trace(tenant_id, job_id), "tenant_id": tenant_id}
            except NotFound:
                continue
        raise NotFound(f"There is no job {job_id}.")

    def _replay(self, tenant_id: str, job_id: str, media_id: str, task_id: str, run: int) -> None:
        command = ReplayTask(
            tenant_id=tenant_id,
            job_id=job_id,
            media_id=media_id,
            task_id=task_id,
            expected_run=run,
            asked_hour=now_ms() // 3_600_000,
        )
        # It belongs to the run that it begins: in the one that ended it would be taken for done, or cancelled.
        self._intake.send(command, run=run + 1)


def _since(answer: dict[str, Any], lane: str) -> int | None:
    since_ms = answer["paused"].get(lane)
    return None if since_ms is None else int(since_ms)
