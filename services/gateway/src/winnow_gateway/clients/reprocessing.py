"""Has recordings and photos that are served processed again from a stage on."""

from dataclasses import asdict, dataclass
from typing import Any

from winnow_chassis.outbox.submission import Submissions
from winnow_contracts.commands import ReplayTask, Reprocess
from winnow_contracts.errors import Conflict
from winnow_contracts.index_api.audit import AuditAction
from winnow_gateway.clients.job_control import JobSteering, this_hour
from winnow_gateway.clients.media_reads import IndexReads
from winnow_gateway.clients.views import FINAL

_STAGES = "A recording is processed again from transcribe or embed, a photo from classify or guidance."
_FAILED = "A job that failed can be retried; a recording without sound has nothing to hear."


@dataclass(frozen=True, kw_only=True)
class Wish:
    """From which stage on, and how; the fields are those of ``ReplayTask``."""

    reprocess: Reprocess
    replace_captions: bool = False
    captions_key: str | None = None
    language: str | None = None
    region: str | None = None
    bulk: bool = False


class Reprocessing:
    """Asks index for further runs. Every method raises Unavailable if index does not answer."""

    def __init__(self, reads: IndexReads, intake: Submissions, steering: JobSteering) -> None:
        self._reads = reads
        self._intake = intake
        self._steering = steering

    def begin(self, tenant_id: str, media_id: str, wish: Wish, who: str, *, noted: bool = True) -> dict[str, Any]:
        """Requests, for the key ``who``, a further run of a media; returns its job as it was before.

        ``noted`` false: a bulk action's entry of the audit log tells of it. Raises as ``job_of``.
        """
        job = self.job_of(tenant_id, media_id, wish)
        if noted:
            self._steering.note(who, AuditAction.REPROCESS, media_id)
        command = ReplayTask(
            tenant_id=tenant_id,
            job_id=job["id"],
            media_id=media_id,
            task_id="",
            expected_run=job["run"],
            asked_hour=this_hour(),
            **asdict(wish),
        )
        self._intake.send(command, run=job["run"] + 1)
        return job

    def job_of(self, tenant_id: str, media_id: str, wish: Wish) -> dict[str, Any]:
        """The job of a media that can be processed again as wished.

        Raises NotFound, Gone, and Conflict: ``job-running`` while a job of it runs, ``not-ready`` if it is of a kind
        without this stage, or nothing is known of it yet or said in it.
        """
        media = self._reads.media(tenant_id, media_id)
        if media["kind"] != wish.reprocess.kind:
            detail = f"{media_id} is a {media['kind']}, and {wish.reprocess} is a stage of a {wish.reprocess.kind}."
            raise Conflict(detail, code="not-ready", hint=_STAGES)
        job = self._reads.job(tenant_id, media["job_id"])
        if job["status"] not in FINAL:
            hint = "Wait for its end, or cancel it."
            raise Conflict(f"The job of {media_id} is {job['status']}.", code="job-running", hint=hint)
        if not _has_what_it_needs(media, wish):
            missing = "answer" if media["kind"] == "photo" else "transcript"
            raise Conflict(f"{media_id} has no {missing} to be made again.", code="not-ready", hint=_FAILED)
        return job


def _has_what_it_needs(media: dict[str, Any], wish: Wish) -> bool:
    """Whether it is served, and a recording has words: those that it has, or those of the captions."""
    if media["kind"] == "photo" or wish.captions_key is not None:
        return bool(media["status"] == "ready")
    return bool(media["has_transcript"])
