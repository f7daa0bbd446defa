"""POST /v1/media: a recording comes in, is looked at, stored and accepted as a job."""

from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from flask import Request, Response
from werkzeug.exceptions import ClientDisconnected

from winnow_contracts import identity, object_keys
from winnow_contracts.commands import Examine
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import NotFound, Unavailable
from winnow_contracts.events import JobAccepted
from winnow_contracts.formats import Format, sniff
from winnow_gateway.api.schemas import ref
from winnow_gateway.bodies import UploadBody, empty_file, raw_body, too_large
from winnow_gateway.collaborators import Collaborators
from winnow_gateway.idempotency import KEY, only_one, read_key
from winnow_gateway.names import clean_filename, title_of
from winnow_gateway.operations import Answer, Call, Operation, Query, Schema, json_answer
from winnow_gateway.problems import FieldError
from winnow_gateway.settings import GatewaySettings

ROUTE = "POST /v1/media"
_FORM_OVERHEAD_BYTES = 1 << 16
_LANGUAGE: Schema = {"type": "string", "pattern": "^[a-z]{2}$"}


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file on its way in, with what its sender says of it."""

    body: UploadBody
    filename: str
    language: str | None


class Uploads:
    """Takes uploads in."""

    def __init__(self, settings: GatewaySettings, parts: Collaborators) -> None:
        self._settings = settings
        self._objects = parts.objects
        self._intake = parts.intake
        self._reads = parts.reads
        self._locks = parts.data_dir / "keyed"

    def take(self, call: Call) -> Response:
        """Accept an upload, or answer a repeated one as before."""
        key = read_key(call.request.headers.get("Idempotency-Key"))
        upload = self._upload(call)
        if key is None:
            job_id, media_id = identity.new_job_id(), identity.new_media_id()
        else:
            job_id = identity.keyed_job_id(call.tenant_id, ROUTE, key)
            media_id = identity.keyed_media_id(job_id)
        with only_one(self._locks, job_id) if key else nullcontext():
            if key and self._known(call.tenant_id, job_id, upload):
                return _accepted(media_id, job_id, {"Idempotency-Replayed": "true"})
            self._accept(call.tenant_id, job_id, media_id, upload)
        return _accepted(media_id, job_id, {})

    def _upload(self, call: Call) -> Upload:
        request = call.request
        if request.mimetype == "multipart/form-data":
            return self._form_upload(request, call.query)
        filename = clean_filename(call.query["filename"] or "")
        body = raw_body(
            request, limit_bytes=self._settings.max_upload_bytes, stall_seconds=self._settings.stall_seconds
        )
        return Upload(body=body, filename=filename, language=call.query["language"])

    def _form_upload(self, request: Request, query: dict[str, Any]) -> Upload:
        limit_bytes = min(self._settings.max_form_bytes, self._settings.max_upload_bytes)
        if (request.content_length or 0) > limit_bytes + _FORM_OVERHEAD_BYTES:
            raise too_large(limit_bytes)
        request.max_content_length = limit_bytes + _FORM_OVERHEAD_BYTES
        connection = request.environ.get("gunicorn.socket")
        if connection is not None:
            connection.settimeout(self._settings.stall_seconds)
        try:
            file, language = request.files.get("file"), request.form.get("language")
        except (ClientDisconnected, OSError) as error:
            raise FieldError("The form ended early.", pointer="#/file", code="size-mismatch") from error
        if file is None:
            raise FieldError("The form has no file in the field 'file'.", pointer="#/file")
        language = language or query["language"]
        if language is not None and not (len(language) == 2 and language.isascii() and language.islower()):
            raise FieldError("The language must be an ISO 639-1 code such as 'en'.", pointer="#/language")
        filename = clean_filename(query["filename"] or file.filename or "")
        body = UploadBody(file.stream, announced_bytes=None, limit_bytes=limit_bytes)
        return Upload(body=body, filename=filename, language=language)

    def _known(self, tenant_id: str, job_id: str, upload: Upload) -> bool:
        """Whether the keyed job exists. Raises FieldError where it was made of another file."""
        before = self._intake.find(job_id)
        if before is None:
            return self._known_elsewhere(tenant_id, job_id)
        upload.body.read_out()
        same = before.accepted.sha256 == upload.body.sha256 and before.accepted.filename == upload.filename
        if not same or before.accepted.language != upload.language:
            raise FieldError(
                "This Idempotency-Key was used for another file, name or language.",
                pointer="Idempotency-Key",
                code="idempotency-mismatch",
                hint="Use a fresh key for a fresh upload.",
            )
        # The first answer may have been an error: the job was in the journal, and in no second place.
        self._intake.accept(before.command, before.accepted)
        return True

    def _known_elsewhere(self, tenant_id: str, job_id: str) -> bool:
        """Whether another gateway took the job in, as far as index can tell; its file can not be compared here."""
        try:
            self._reads.job(tenant_id, job_id)
        except (NotFound, Unavailable):
            return False
        return True

    def _accept(self, tenant_id: str, job_id: str, media_id: str, upload: Upload) -> None:
        kind = _look_at(upload.body)
        key = object_keys.incoming(tenant_id, media_id)
        # The store reads to the end; a short or overlong body raises there, and nothing appears under the key.
        self._objects.put_stream(key, cast(BinaryIO, upload.body), kind.content_type)
        command = Examine(
            tenant_id=tenant_id,
            job_id=job_id,
            media_id=media_id,
            original_key=key,
            filename=upload.filename,
            size_bytes=upload.body.size_bytes,
            language=upload.language,
        )
        accepted = JobAccepted(
            kind="recording",
            title=title_of(upload.filename),
            filename=upload.filename,
            content_type=kind.content_type,
            size_bytes=upload.body.size_bytes,
            original_key=key,
            created_ms=now_ms(),
            sha256=upload.body.sha256,
            language=upload.language,
        )
        self._intake.accept(command, accepted)


def _look_at(body: UploadBody) -> Format:
    """The format by the first bytes, before anything is stored. Raises FieldError: empty-file, unsupported-type."""
    head = body.peek()
    if not head:
        raise empty_file()
    kind = sniff(head)
    if kind is None:
        raise FieldError(
            "The content of this file is not a recording that Winnow knows; its name does not matter.",
            pointer="#/file",
            code="unsupported-type",
            hint="Send mp4, mov, m4a, mkv, webm, avi, mpeg-ts, wav, flac, ogg, mp3 or aac.",
        )
    return kind


def _accepted(media_id: str, job_id: str, headers: dict[str, str]) -> Response:
    job = f"/v1/jobs/{job_id}"
    links = {"job": job, "events": f"{job}/events", "media": f"/v1/media/{media_id}"}
    body = {"media_id": media_id, "job_id": job_id, "status": "queued", "links": links}
    return json_answer(body, 202, {"Location": job, "Retry-After": "1", **headers})


def operations(settings: GatewaySettings, parts: Collaborators) -> tuple[Operation, ...]:
    """The upload operation."""
    binary: Schema = {"type": "string", "format": "binary"}
    form: Schema = {
        "type": "object",
        "required": ["file"],
        "properties": {"file": binary, "language": _LANGUAGE},
    }
    return (
        Operation(
            name="upload_media",
            method="POST",
            path="/v1/media",
            about="Send a recording: as raw body with ?filename=, of any size up to the limit, or as a small form.",
            handler=Uploads(settings, parts).take,
            scope="write",
            query=(
                Query(name="filename", about="The file's name; needed with a raw body.", schema={"type": "string"}),
                Query(name="language", about="ISO 639-1 code; detected where absent.", schema=_LANGUAGE),
            ),
            headers=(KEY,),
            body={"application/octet-stream": binary, "multipart/form-data": form},
            answers=(
                Answer(
                    status=202,
                    about="The job is accepted and will run.",
                    content={"application/json": ref("Accepted")},
                    headers=("Location", "Retry-After", "Idempotency-Replayed"),
                ),
            ),
            problems=(
                "malformed",
                "idempotency-in-progress",
                "too-large",
                "unsupported-type",
                "empty-file",
                "size-mismatch",
                "idempotency-mismatch",
                "rate-limited",
                "unavailable",
            ),
        ),
    )
