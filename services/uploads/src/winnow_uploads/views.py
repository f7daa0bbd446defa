"""An upload as the API shows it, and the schema of that."""

from typing import Any

from winnow_base.objects.parts import StoredPart
from winnow_chassis.outbox.submission import AcceptedJob
from winnow_contracts import identity
from winnow_contracts.index_api.tenants import StoredFile
from winnow_contracts.uploads import DeclaredUpload
from winnow_gateway.api.schema_parts import COUNT, INSTANT, LINKS, TEXT, Schema, list_of, object_of, or_null, ref
from winnow_gateway.clients.views import instant
from winnow_uploads.addresses import Addresses

_UPLOAD = {
    "id": TEXT,
    "status": {**TEXT, "enum": ["pending", "completed", "already-stored"]},
    "kind": {**TEXT, "enum": ["av", "photo"]},
    "filename": TEXT,
    "size_bytes": COUNT,
    "parts": list_of(ref("UploadPart")),
    "links": LINKS,
}
_PENDING = {
    "method": {**TEXT, "enum": ["single", "multipart"]},
    "part_size": COUNT,
    "part_count": COUNT,
    "expires_at": INSTANT,
    "url": or_null("string"),
    "fields": LINKS,
}
SCHEMAS: dict[str, Schema] = {
    "UploadPart": object_of({"n": COUNT, "size_bytes": COUNT}, {"url": TEXT, "etag": TEXT}),
    "Upload": object_of(_UPLOAD, {**_PENDING, "media_id": TEXT, "job_id": TEXT}),
}


def to_send(upload: DeclaredUpload, addresses: Addresses, numbers: range | list[int]) -> dict[str, Any]:
    """An open upload with the addresses of these parts."""
    parts = addresses.parts(upload, numbers) if upload.parts_id else []
    return {**_pending(upload), **addresses.form(upload), "parts": parts}


def as_stored(upload: DeclaredUpload, stored: dict[int, StoredPart]) -> dict[str, Any]:
    """An open upload with the parts that the store has."""
    parts = [
        {"n": part.number, "size_bytes": part.size_bytes, **({"etag": part.etag} if part.etag else {})}
        for part in stored.values()
    ]
    return {**_pending(upload), "parts": parts}


def completed(job: AcceptedJob) -> dict[str, Any]:
    """An upload that has become a job."""
    command, accepted = job.command, job.accepted
    upload_id = identity.keyed_upload_id(command.job_id)
    kind = "photo" if accepted.kind == "photo" else "av"
    return {
        "id": upload_id,
        "status": "completed",
        "kind": kind,
        "filename": accepted.filename,
        "size_bytes": accepted.size_bytes,
        **_made(command.media_id, command.job_id),
        "links": {"self": f"/v1/uploads/{upload_id}", **_links(kind, command.media_id, command.job_id)},
    }


def already_stored(upload: DeclaredUpload, same: StoredFile) -> dict[str, Any]:
    """An upload that need not be: the account has the file. There is nothing to GET at its id."""
    assert same.media_id
    assert same.job_id
    return {
        "id": upload.upload_id,
        "status": "already-stored",
        "kind": upload.kind,
        "filename": upload.filename,
        "size_bytes": upload.size_bytes,
        **_made(same.media_id, same.job_id),
        "links": _links(upload.kind, same.media_id, same.job_id),
    }


def made_by(kind: str) -> str:
    """What an upload of this kind makes, as its links name it."""
    return "photo" if kind == "photo" else "media"


def _made(media_id: str, job_id: str) -> dict[str, Any]:
    return {"parts": [], "media_id": media_id, "job_id": job_id}


def _links(kind: str, media_id: str, job_id: str) -> dict[str, str]:
    what = "photos" if kind == "photo" else "media"
    return {"job": f"/v1/jobs/{job_id}", made_by(kind): f"/v1/{what}/{media_id}"}


def _pending(upload: DeclaredUpload) -> dict[str, Any]:
    here = f"/v1/uploads/{upload.upload_id}"
    return {
        "id": upload.upload_id,
        "status": "pending",
        "kind": upload.kind,
        "filename": upload.filename,
        "size_bytes": upload.size_bytes,
        "method": "multipart" if upload.parts_id else "single",
        "part_size": upload.part_bytes,
        "part_count": upload.part_count,
        "expires_at": instant(upload.expires_ms),
        "links": {"self": here, "parts": f"{here}/parts", "complete": f"{here}/complete"},
    }
