"""Reads what POST /v1/uploads declares: a file that is about to be sent, and the job that it is to become."""

import re
from collections.abc import Mapping
from typing import Any

from winnow_base.objects.store import LEAST_PART_BYTES
from winnow_contracts import identity, object_keys
from winnow_contracts.envelope import now_ms
from winnow_contracts.uploads import KEPT_MS, DeclaredUpload
from winnow_gateway.api import job_options
from winnow_gateway.api.schema_parts import TEXT, Schema
from winnow_gateway.api.upload_kinds import UploadKind
from winnow_gateway.http.operations import Call
from winnow_gateway.http.problems import FieldError
from winnow_gateway.uploads.filenames import clean_filename
from winnow_gateway.uploads.upload_stream import empty_file, too_large
from winnow_photos.post_photo import spoken_language
from winnow_uploads.bodies import MOST_PARTS, read_body

USUAL_PART_BYTES = 16 << 20
MOST_PART_BYTES = 1 << 30
_ANY_TYPE = "application/octet-stream"
_TYPE = r"[A-Za-z0-9!#$&^_.+-]{1,100}/[A-Za-z0-9!#$&^_.+-]{1,100}"
_HASH = "[0-9a-f]{64}"

_FIELDS: dict[str, Schema] = {
    "kind": {**TEXT, "enum": ["av", "photo"]},
    "filename": {**TEXT, "minLength": 1},
    "size_bytes": {"type": "integer", "minimum": 1},
    "content_type": {**TEXT, "pattern": f"^{_TYPE}$", "default": _ANY_TYPE},
    "sha256": {**TEXT, "pattern": f"^{_HASH}$"},
    "again": {"type": "boolean", "default": False},
    "part_size": {"type": "integer", "minimum": LEAST_PART_BYTES, "maximum": MOST_PART_BYTES},
}


def body_schema(kinds: Mapping[str, UploadKind]) -> Schema:
    """The body of POST /v1/uploads as the API documents it."""
    wishes = {wish.name: {"type": wish.schema["type"]} for kind in kinds.values() for wish in kind.wishes}
    return {
        "type": "object",
        "required": ["kind", "filename", "size_bytes"],
        "properties": {**_FIELDS, **wishes, **job_options.FIELDS},
        "additionalProperties": False,
    }


def read_declaration(
    call: Call, kinds: Mapping[str, UploadKind], job_id: str, region: str
) -> tuple[DeclaredUpload, bool]:
    """The upload that a request declares, which will begin the job, and whether it is wanted though the file may be
    stored already. Its parts are not begun. Raises FieldError.

    ``region`` is whose rules apply to a photo that names none.
    """
    names = {*_FIELDS, *job_options.FIELDS, *(wish.name for kind in kinds.values() for wish in kind.wishes)}
    body = read_body(call.request, frozenset(names))
    if body.get("kind") not in kinds:
        raise FieldError(f"The kind must be one of {', '.join(kinds)}.", pointer="#/kind")
    kind = kinds[body["kind"]]
    others = names - _FIELDS.keys() - job_options.FIELDS.keys() - {wish.name for wish in kind.wishes}
    for name in sorted(body.keys() & others):
        raise FieldError(f"An upload of the kind {body['kind']!r} has no {name}.", pointer=f"#/{name}")
    again = body.get("again", False)
    if type(again) is not bool:
        raise FieldError("The field 'again' must be true or false.", pointer="#/again")
    size_bytes = _size(body.get("size_bytes"), kind.limit_bytes)
    wishes = kind.read_wishes(body)
    if body["kind"] == "photo":
        wishes["language"] = wishes["language"] or spoken_language(call.request)
        wishes["region"] = wishes["region"] or region
    created_ms = now_ms()
    media_id = identity.keyed_media_id(job_id)
    upload = DeclaredUpload(
        upload_id=identity.keyed_upload_id(job_id),
        tenant_id=call.tenant_id,
        kind=body["kind"],
        filename=clean_filename(_text(body, "filename", "(?s:.*)", "")),
        size_bytes=size_bytes,
        content_type=_text(body, "content_type", _TYPE, _ANY_TYPE),
        promised_sha256=_text(body, "sha256", _HASH, ""),
        wishes=wishes,
        options=job_options.read_options(body),
        part_bytes=_part_bytes(body.get("part_size"), size_bytes),
        original_key=object_keys.upload(call.tenant_id, media_id, identity.new_upload_id()),
        created_ms=created_ms,
        expires_ms=created_ms + KEPT_MS,
    )
    return upload, again


def _size(value: Any, limit_bytes: int) -> int:
    if type(value) is not int or value < 0:
        raise FieldError("The size_bytes must be a whole number.", pointer="#/size_bytes")
    if value == 0:
        raise empty_file()
    if value > limit_bytes:
        raise too_large(limit_bytes)
    return value


def _part_bytes(value: Any, size_bytes: int) -> int:
    if value is None:
        value = USUAL_PART_BYTES
    elif type(value) is not int or not LEAST_PART_BYTES <= value <= MOST_PART_BYTES:
        wanted = f"a whole number from {LEAST_PART_BYTES} to {MOST_PART_BYTES}"
        raise FieldError(f"The part_size must be {wanted}.", pointer="#/part_size")
    return max(int(value), -(-size_bytes // MOST_PARTS))


def _text(body: Mapping[str, Any], name: str, pattern: str, default: str) -> str:
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise FieldError(f"The field {name!r} has a value that cannot be used.", pointer=f"#/{name}")
    return value
