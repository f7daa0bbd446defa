"""Completes an upload: puts its parts together, looks at what they are, and accepts the job."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import replace

from winnow_base.objects.parts import StoredPart
from winnow_chassis.outbox.submission import AcceptedJob
from winnow_contracts import identity, queues
from winnow_contracts.errors import NotFound, Unavailable, WinnowError
from winnow_contracts.formats import SNIFF_BYTES
from winnow_contracts.uploads import DeclaredUpload
from winnow_gateway.api.upload import AcceptedUpload
from winnow_gateway.api.upload_kinds import JobIds, UploadKind
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.problems import FieldError
from winnow_gateway.uploads.claimed_jobs import ClaimedJobs
from winnow_gateway.uploads.claims import Claims
from winnow_gateway.uploads.idempotency import only_one
from winnow_uploads.open_uploads import OpenUploads

_MOST_TOLD = 100


class Completion:
    """Makes jobs of uploads. All methods raise Unavailable if journal or store cannot be used."""

    def __init__(self, parts: Dependencies, uploads: OpenUploads, kinds: Mapping[str, UploadKind]) -> None:
        self._objects, self._intake, self._share = parts.objects, parts.intake, parts.share
        self._quotas = parts.quotas
        self._locks = parts.data_dir / "keyed"
        self._claimed = ClaimedJobs(Claims(parts.objects), parts.intake, parts.reads)
        self._uploads, self._kinds = uploads, kinds

    def alone(self, job_id: str) -> AbstractContextManager[None]:
        """Holds the job of an upload while it is declared, completed or given up. Raises Conflict if another does."""
        return only_one(self._locks, job_id)

    def job(self, tenant_id: str, job_id: str) -> AcceptedJob | None:
        """The tenant's job of a completed upload, or None."""
        job = self._claimed.find(tenant_id, job_id)
        return job if job is not None and job.command.tenant_id == tenant_id else None

    def refuse_deleted(self, tenant_id: str, job_id: str) -> None:
        """Raises Gone if the job was deleted: index would drop what is sent for it."""
        self._claimed.known_to_index(tenant_id, job_id)

    def made_of(self, job: AcceptedJob, upload: DeclaredUpload) -> bool:
        """Whether a job is what this upload becomes."""
        sent = getattr(job.command, "captions_key", None)  # after the declaration, so that no repeat of that tells them
        ids = _ids(replace(upload, captions_key=sent), job.accepted.original_key)
        wanted = (self._kinds[upload.kind].first_command(ids, upload), upload.options)
        return (job.command, job.accepted.options) == wanted

    def complete(self, tenant_id: str, upload_id: str, marks: Mapping[int, str] | None) -> AcceptedUpload:
        """Accepts the job of an upload; a repeat is the same one. ``marks`` are those of its parts, as the sender has
        them; None: as the store has them.

        Raises NotFound (also ``upload-expired``), RateLimited, Refused (``quota-exceeded``) and FieldError, of which
        ``size-mismatch`` keeps what was sent, and ``unsupported-type`` and what else the first bytes show removes it.
        """
        job_id = identity.job_of_upload(upload_id)
        with self.alone(job_id):
            before = self.job(tenant_id, job_id)
            if before is not None:
                self._claimed.accept_again(before)
            else:
                upload = self._uploads.get(tenant_id, upload_id)
                self.refuse_if_full(upload)
                self._put_together(upload, marks)
                job = self._job(upload)
                self._quotas.take(tenant_id, upload.size_bytes)
                self._claimed.accept(job)
                self._uploads.forget(upload)
        return AcceptedUpload(job_id=job_id, media_id=identity.keyed_media_id(job_id), replayed=before is not None)

    def refuse_if_full(self, upload: DeclaredUpload) -> None:
        """Raises RateLimited while the job could not be passed on, and Refused (``quota-exceeded``) if the tenant may
        not store the file.
        """
        priority = self._share.priority(upload.tenant_id, upload.options.priority)
        self._intake.refuse_if_full(queues.lane_of(self._kinds[upload.kind].lane, priority))
        self._quotas.refuse_over(upload.tenant_id, upload.size_bytes)

    def _put_together(self, upload: DeclaredUpload, marks: Mapping[int, str] | None) -> None:
        size_bytes = self._whole_bytes(upload)
        if size_bytes is None and upload.parts_id:
            chosen = self._chosen(upload, marks)
            self._objects.parts.complete(upload.original_key, upload.parts_id, chosen)
            size_bytes = self._whole_bytes(upload)
        if size_bytes != upload.size_bytes:
            raise _mismatch(f"{upload.size_bytes} bytes were announced, and {size_bytes or 0} are stored.")

    def _whole_bytes(self, upload: DeclaredUpload) -> int | None:
        """The object's size, or None before it was put together: a request that got no further may have done so."""
        try:
            return self._objects.stat(upload.original_key).size_bytes
        except NotFound:
            return None

    def _chosen(self, upload: DeclaredUpload, marks: Mapping[int, str] | None) -> list[StoredPart]:
        """All parts. Raises FieldError if one is missing, or is not what its sender sent."""
        stored = self._uploads.stored(upload, marks)
        numbers = range(1, upload.part_count + 1)
        wrong = [
            number
            for number in numbers
            if number not in stored
            or stored[number].size_bytes != upload.bytes_of(number)
            or (marks is not None and marks.get(number) != stored[number].etag)
        ]
        if wrong:
            told = ", ".join(map(str, wrong[:_MOST_TOLD])) + (" …" if len(wrong) > _MOST_TOLD else "")
            raise _mismatch(f"{len(wrong)} of {upload.part_count} parts are missing or are not as announced: {told}.")
        return [stored[number] for number in numbers]

    def _job(self, upload: DeclaredUpload) -> AcceptedJob:
        kind = self._kinds[upload.kind]
        try:
            content_type = kind.recognise(self._objects.get_bytes(upload.original_key, 0, SNIFF_BYTES))
        except Unavailable:
            raise
        except WinnowError:
            self._uploads.give_up(upload)
            raise
        return kind.job(
            _ids(upload, upload.original_key),
            upload,
            content_type=content_type,
            sha256=upload.promised_sha256,
            options=upload.options,
            over_share=self._share.take(upload.tenant_id),
        )


def _ids(upload: DeclaredUpload, original_key: str) -> JobIds:
    return JobIds(
        tenant_id=upload.tenant_id,
        job_id=upload.job_id,
        media_id=upload.media_id,
        original_key=original_key,
        captions_key=upload.captions_key,
    )


def _mismatch(detail: str) -> FieldError:
    hint = "GET the upload for the parts that are stored, send the others, and complete it again."
    return FieldError(detail, pointer="#/parts", code="size-mismatch", hint=hint)
