"""Cancels, deletes, retries, replays, discards and pauses. Index decides; nodes are told by broadcast."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from winnow_base.http.internal_clients import IndexClient
from winnow_chassis.outbox.submission import Submissions
from winnow_contracts.commands import ReplayTask
from winnow_contracts.control import EVERY_RUN, ControlKind, ControlMessage
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Conflict, NotFound
from winnow_contracts.index_api.audit import AuditAction, NoteAction
from winnow_contracts.index_api.dead_tasks import DiscardDeadTask, ReadDeadTask
from winnow_contracts.index_api.jobs import CancelJob
from winnow_contracts.index_api.lanes import PauseLane, ResumeLane
from winnow_contracts.index_api.media import DeleteMedia
from winnow_gateway.clients.media_reads import IndexReads
from winnow_gateway.clients.pagination import RECENT
from winnow_gateway.clients.views import public_dead, public_job


class JobSteering:
    """Asks index for each decision and tells the nodes. Every method raises Unavailable if index does not answer.

    With ``bulk`` an action is part of a bulk action, whose own entry of the audit log tells of it.
    """

    def __init__(
        self, index: IndexClient, reads: IndexReads, intake: Submissions, broadcast: Callable[[ControlMessage], None]
    ) -> None:
        self._index = index
        self._reads = reads
        self._intake = intake
        self._announce = broadcast

    def cancel(self, tenants: Iterable[str], job_id: str, who: str, *, bulk: bool = False) -> dict[str, Any]:
        """Cancels a job of one of the tenants for the key ``who`` and returns it.

        Raises NotFound, and Conflict (``already-ended``).
        """
        accepted = self._intake.find(job_id)
        for tenant_id in tenants:
            # Index may not know a job that was accepted here a moment ago. With its media id index accepts the
            # request.
            mine = accepted is not None and accepted.command.tenant_id == tenant_id
            media_id = accepted.command.media_id if accepted is not None and mine else None
            try:
                cancelled = self._index.ask(
                    CancelJob(tenant_id=tenant_id, job_id=job_id, media_id=media_id, who=who, bulk=bulk)
                )
            except NotFound:
                continue
            self._announce(ControlMessage(kind=ControlKind.CANCEL, name=job_id, run=cancelled.run))
            return public_job(cancelled.job)
        raise NotFound(f"There is no job {job_id}.")

    def delete(self, tenant_id: str, media_id: str, who: str, kind: str | None = None) -> None:
        """Deletes a media, of one ``kind`` or of any, for the key ``who``; what runs of it ends at its next step.

        Raises NotFound, and Gone.
        """
        # Index may not know a media that was accepted here a moment ago.
        recent = self._intake.recent(tenant_id, RECENT)
        fresh = [job for job in recent if job.command.media_id == media_id and kind in (None, job.accepted.kind)]
        job_id = fresh[0].command.job_id if fresh else None
        deleted = self._index.ask(
            DeleteMedia(tenant_id=tenant_id, media_id=media_id, who=who, job_id=job_id, kind=kind)
        )
        for job_id in deleted.job_ids:
            self._announce(ControlMessage(kind=ControlKind.CANCEL, name=job_id, run=EVERY_RUN))

    def retry(self, tenants: Iterable[str], job_id: str, who: str, *, bulk: bool = False) -> dict[str, Any]:
        """Requests, for the key ``who``, the job's next run from where it ended, and returns the job as it was before.

        Raises NotFound, and Conflict (``not-ready``) if the job has not failed and is not cancelled, or is still being
        stopped.
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
                "everywhere yet, or its upload has expired, or an operator discarded it.",
                code="not-ready",
                hint="Try again in a few seconds, or send the file again.",
            )
        if not bulk:
            self.note(who, AuditAction.RETRY, job_id)
        for task in ended:
            self._replay(trace["tenant_id"], job_id, job["media_id"], task["task_id"], job["run"])
        return job

    def replay(self, task_id: str, who: str, *, bulk: bool = False) -> dict[str, Any]:
        """Requests, for the key ``who``, the next run of a dead task's job, starting at that task; returns the task.

        Raises NotFound and Conflict.
        """
        task = self._index.ask(ReadDeadTask(task_id=task_id))
        if not task.replayable:
            raise Conflict(
                "The task cannot be replayed: its job has gone on without it, the task was discarded, or its upload "
                "has expired.",
                code="not-ready",
                hint="Look at the job's trace.",
            )
        if not bulk:
            self.note(who, AuditAction.REPLAY, task_id)
        self._replay(task.tenant_id, task.job_id, task.media_id, task_id, task.run)
        return public_dead(task)

    def discard(self, task_id: str, who: str, *, bulk: bool = False) -> dict[str, Any]:
        """Removes a dead task from the list for good and returns it. Raises NotFound."""
        return public_dead(self._index.ask(DiscardDeadTask(task_id=task_id, who=who, bulk=bulk)))

    def pause(self, lane: str, who: str) -> int | None:
        """Pauses a lane: nothing in it starts. Returns since when it is paused, in Unix milliseconds."""
        lanes = self._index.ask(PauseLane(lane=lane, who=who))
        self._announce(ControlMessage(kind=ControlKind.PAUSE, name=lane))
        return lanes.paused.get(lane)

    def resume(self, lane: str, who: str) -> int | None:
        """Resumes a lane. Returns None, or since when somebody else has paused it again (Unix milliseconds)."""
        lanes = self._index.ask(ResumeLane(lane=lane, who=who))
        self._announce(ControlMessage(kind=ControlKind.RESUME, name=lane))
        return lanes.paused.get(lane)

    def note(self, who: str, action: AuditAction, target: str) -> None:
        """Notes in the audit log what index does not do itself, before it is done."""
        with suppress(NotFound):  # an index of an earlier version keeps no log
            self._index.ask(NoteAction(who=who, action=action, target=target))

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
            asked_hour=this_hour(),
        )
        # The event belongs to the run it begins. In the ended run the task would count as done or cancelled.
        self._intake.send(command, run=run + 1)


def this_hour() -> int:
    """Hours since 1970: two requests in one hour are one task."""
    return now_ms() // 3_600_000
