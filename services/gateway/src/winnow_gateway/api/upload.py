"""Uploads files of every kind: reads the bytes, checks and stores them, and accepts the job."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, cast

from flask import Request, Response

from winnow_chassis.outbox.submission import AcceptedJob
from winnow_contracts import identity, object_keys, queues
from winnow_contracts.errors import Refused
from winnow_gateway.api import job_options
from winnow_gateway.api.upload_forms import (
    FormLimits,
    check_fields,
    chosen_captions,
    chosen_file,
    form_token,
    read_form,
    size_bytes,
)
from winnow_gateway.api.upload_kinds import JobIds, UploadKind
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import Call, QueryParameter, json_answer, read_value
from winnow_gateway.http.problems import FieldError
from winnow_gateway.uploads.awaited_bodies import AwaitedBodies
from winnow_gateway.uploads.claimed_jobs import ClaimedJobs
from winnow_gateway.uploads.claims import Claims
from winnow_gateway.uploads.filenames import clean_filename
from winnow_gateway.uploads.idempotency import only_one, read_key
from winnow_gateway.uploads.sent_captions import SentCaptions, read_sent
from winnow_gateway.uploads.upload_stream import UploadBody, empty_file, raw_body

FILENAME = QueryParameter(
    name="filename",
    about="The file's name; needed with a raw body.",
    schema={"type": "string", "examples": ["talk.mp4"]},
)
PROBLEMS = (
    "malformed",
    "idempotency-in-progress",
    "gone",
    "too-large",
    "too-slow",
    "unsupported-type",
    "empty-file",
    "size-mismatch",
    "idempotency-mismatch",
    "rate-limited",
    "quota-exceeded",
    "unavailable",
)
"""Problem codes that an upload of any kind can end with."""


@dataclass(frozen=True, kw_only=True)
class Upload:
    """An upload in progress. ``wishes`` holds the sender's options by name."""

    body: UploadBody
    filename: str
    wishes: dict[str, Any]
    promised_sha256: str = ""
    """Nothing to compare later: the gateway itself reads and hashes the body."""
    captions: SentCaptions | None = None

    @property
    def size_bytes(self) -> int:
        """How many bytes have come, all of them once the body is read."""
        return self.body.size_bytes


@dataclass(frozen=True, kw_only=True)
class AcceptedUpload:
    """An accepted upload; ``replayed`` if an earlier request with the same Idempotency-Key was accepted."""

    job_id: str
    media_id: str
    replayed: bool


class Uploads:
    """Accepts uploads of one kind. Each is one of its key's uploads until its job is accepted."""

    def __init__(self, parts: Dependencies, bodies: AwaitedBodies, kind: UploadKind) -> None:
        self._form_limits = FormLimits(form_bytes=kind.form_limit_bytes, raw_bytes=kind.limit_bytes, address=kind.route)
        self._bodies = bodies
        self._objects = parts.objects
        self._intake = parts.intake
        self._share, self._quotas = parts.share, parts.quotas
        self._locks = parts.data_dir / "keyed"
        self._claims = Claims(parts.objects)
        self._claimed = ClaimedJobs(self._claims, parts.intake, parts.reads)
        self._kind = kind

    def take(self, call: Call) -> AcceptedUpload:
        """Accepts an upload, or recognises a repeated one. Raises FieldError and other WinnowErrors.

        Before the body is waited for, unless the job is known: raises RateLimited while its lane takes nothing, and
        Refused (``quota-exceeded``) if the tenant may not store as much as the request announces.
        """
        self._refuse_early(call)
        with self._come(call):
            return self._take(call)

    def take_form(self, call: Call, check_token: Callable[[str | None], None]) -> AcceptedUpload:
        """Accepts the upload of a page's form, as ``take``. ``check_token`` raises for a token not the session's."""
        self._refuse_early(call)
        with self._come(call):
            check_token(form_token(call.request, self._form_limits))
            return self._take(call)

    def _come(self, call: Call) -> AbstractContextManager[None]:
        """Within it the body may be read; it has come, or comes in this thread."""
        return self._bodies.come(call, self._most_bytes(call.request))

    def _refuse_early(self, call: Call) -> None:
        """Raises what ``take`` raises before the body is read."""
        tenant_id, job_id = call.tenant_id, self._keyed_job_id(call)
        if self._bodies.has_come(call) or (job_id and self._intake.find(job_id) is not None):
            return
        self._check_name(call)
        asked = job_options.read_options(call.query, "?").priority
        self._intake.refuse_if_full(queues.lane_of(self._kind.lane, self._share.priority(tenant_id, asked)))
        try:
            self._quotas.refuse_over(tenant_id, call.request.content_length or 0)
        except Refused:
            if job_id is None or self._claims.find(tenant_id, job_id) is None:
                raise

    def _check_name(self, call: Call) -> None:
        """Raises FieldError for a raw body without the file's name."""
        if not _is_form(call.request):
            clean_filename(call.query["filename"] or "")

    def _most_bytes(self, request: Request) -> int:
        return self._form_limits.most_bytes if _is_form(request) else self._kind.limit_bytes

    def _keyed_job_id(self, call: Call) -> str | None:
        """The job of the request's Idempotency-Key; None if it has none."""
        key = read_key(call.request.headers.get("Idempotency-Key"))
        return None if key is None else identity.keyed_job_id(call.tenant_id, self._kind.route, key)

    def _take(self, call: Call) -> AcceptedUpload:
        keyed = self._keyed_job_id(call)
        job_id = keyed or identity.new_job_id()
        media_id = identity.keyed_media_id(job_id) if keyed else identity.new_media_id()
        upload = self._upload(call)
        original_key = object_keys.upload(call.tenant_id, media_id, identity.new_upload_id())
        ids = JobIds(
            tenant_id=call.tenant_id,
            job_id=job_id,
            media_id=media_id,
            original_key=original_key,
            captions_key=upload.captions.key(call.tenant_id, media_id) if upload.captions else None,
        )
        with only_one(self._locks, job_id) if keyed else nullcontext():
            if keyed is None:
                replayed = False
                job = self._stored(ids, upload)
                self._intake.accept(job.command, job.accepted)
            else:
                replayed = self._known(ids, upload) or not self._accept_claimed(ids, upload)
        return AcceptedUpload(job_id=job_id, media_id=media_id, replayed=replayed)

    def _upload(self, call: Call) -> Upload:
        request = call.request
        if _is_form(request):
            return self._form_upload(request, call.query)
        filename = clean_filename(call.query["filename"] or "")
        body = raw_body(request, limit_bytes=self._kind.limit_bytes)
        return Upload(body=body, filename=filename, wishes={wish.name: call.query[wish.name] for wish in self._wishes})

    def _form_upload(self, request: Request, query: dict[str, Any]) -> Upload:
        fields, files = read_form(request, self._form_limits)
        captions = chosen_captions(files) if self._kind.takes_captions else None
        file = chosen_file(files, fields)
        check_fields(fields, [wish.name for wish in self._wishes], request.args)
        limit_bytes, announced_bytes = self._form_limits.form_bytes, size_bytes(file)
        if announced_bytes > limit_bytes:
            raise self._form_limits.too_large()
        wishes = {
            wish.name: read_value(wish, fields.get(wish.name) or None, where="#/") or query[wish.name]
            for wish in self._wishes
        }
        filename = clean_filename(query["filename"] or file.filename or "")
        body = UploadBody(file.stream, announced_bytes=announced_bytes, limit_bytes=limit_bytes)
        sent = read_sent(captions.stream, captions.filename or "", wishes["language"]) if captions else None
        return Upload(body=body, filename=filename, wishes=wishes, captions=sent)

    @property
    def nothing_asked(self) -> dict[str, Any]:
        """The query of a request that sets no option, as a plain form's request."""
        return dict.fromkeys(("filename", *(wish.name for wish in self._wishes)))

    @property
    def _wishes(self) -> tuple[QueryParameter, ...]:
        return self._kind.options

    def _known(self, ids: JobIds, upload: Upload) -> bool:
        """Whether the job of this Idempotency-Key exists.

        Raises FieldError if it was made from a different upload, and Gone if it was deleted.
        """
        known_to_index = self._claimed.known_to_index(ids.tenant_id, ids.job_id)
        before = self._intake.find(ids.job_id)
        if before is not None:
            self._refuse_another(before, ids, upload)
            self._claimed.accept_again(before)
            return True
        if not known_to_index:
            return False  # if another gateway has the key already, taking it says so
        claimed = self._claims.find(ids.tenant_id, ids.job_id)
        if claimed is not None:
            self._refuse_another(claimed, ids, upload)
        # A claim goes after 30 days. What is sent under its key later cannot be compared, and is that job all the same.
        return True

    def _accept_claimed(self, ids: JobIds, upload: Upload) -> bool:
        """Accepts a job whose key nobody had; returns whether it still had none once the bytes were stored."""
        holder = self._claimed.accept(self._stored(ids, upload))
        if holder.accepted.original_key == ids.original_key:
            return True
        self._objects.remove(ids.original_key)  # another gateway was faster; what was stored here is nobody's
        self._refuse_another(holder, ids, upload)
        self._claimed.accept_again(holder)
        return False

    def _refuse_another(self, before: AcceptedJob, ids: JobIds, upload: Upload) -> None:
        """Raises FieldError unless this upload is the one that ``before`` was made from."""
        upload.body.read_out()
        same = before.accepted.sha256 == upload.body.sha256
        stored = replace(ids, original_key=before.accepted.original_key)
        as_asked = (self._kind.first_command(stored, upload), job_options.read_options(upload.wishes))
        if not same or (before.command, before.accepted.options) != as_asked:
            raise FieldError(
                "This Idempotency-Key was used for another file or name, or with other wishes.",
                pointer="Idempotency-Key",
                code="idempotency-mismatch",
                hint="Use a fresh key for a fresh upload.",
            )

    def _stored(self, ids: JobIds, upload: Upload) -> AcceptedJob:
        """Stores the upload's bytes under a key of their own; returns the job that is made of them."""
        head = upload.body.peek()
        if not head:
            raise empty_file()
        content_type = self._kind.recognise(head)
        # The store reads to the end. A short or overlong body raises there, and no object appears under the key.
        self._objects.put_stream(ids.original_key, cast(BinaryIO, upload.body), content_type)
        try:
            self._quotas.take(ids.tenant_id, upload.size_bytes)
        except Refused:  # it announced no size, or others came meanwhile
            self._objects.remove(ids.original_key)
            raise
        if (
            upload.captions and ids.captions_key
        ):  # last: those of a refused upload would stay, with no job that names them
            upload.captions.store(self._objects, ids.captions_key)
        return self._kind.job(
            ids,
            upload,
            content_type=content_type,
            sha256=upload.body.sha256,
            options=job_options.read_options(upload.wishes),
            over_share=self._share.take(ids.tenant_id),
        )


def _is_form(request: Request) -> bool:
    return request.mimetype == "multipart/form-data"


def accepted_answer(taken: AcceptedUpload, what: str, address: str, headers: dict[str, str] | None = None) -> Response:
    """202: the job will run; ``what`` it makes will be at ``address``."""
    job = f"/v1/jobs/{taken.job_id}"
    body = {
        "media_id": taken.media_id,
        "job_id": taken.job_id,
        "status": "queued",
        "links": {"job": job, "events": f"{job}/events", what: address},
    }
    replayed = {"Idempotency-Replayed": "true"} if taken.replayed else {}
    return json_answer(body, 202, {"Location": job, "Retry-After": "1", **replayed, **(headers or {})})
