"""/v1/uploads/{upload_id}/parts…: gives addresses for parts, and takes parts where the store is not reached."""

from typing import BinaryIO, cast

from flask import Response

from winnow_base.objects.store import ObjectStore
from winnow_contracts.errors import NotFound
from winnow_contracts.uploads import DeclaredUpload
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.api.upload_kinds import BINARY
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer
from winnow_gateway.http.problems import FieldError
from winnow_gateway.uploads.awaited_bodies import AwaitedBodies
from winnow_gateway.uploads.upload_stream import raw_body, too_large
from winnow_uploads import bodies, views
from winnow_uploads.addresses import Addresses
from winnow_uploads.open_uploads import OpenUploads, expired

_GONE = ("not-found", "upload-expired", "unavailable")


def operations(
    uploads: OpenUploads, objects: ObjectStore, addresses: Addresses, awaited: AwaitedBodies
) -> tuple[Operation, ...]:
    """The operations on parts."""

    def sign(call: Call) -> Response:
        numbers = bodies.read_numbers(call.request)
        upload = uploads.get(call.tenant_id, call.path["upload_id"])
        for number in numbers:
            _check_number(upload, number)
        return json_answer(views.to_send(upload, addresses, numbers))

    def put(call: Call) -> Response:
        upload = uploads.get(call.tenant_id, call.path["upload_id"])
        number = int(call.path["part"])
        _check_number(upload, number)
        _check_size(call, upload, number)
        with awaited.come(call, upload.bytes_of(number)):
            etag = _stored(call, upload, number)
        part = {"n": number, "size_bytes": upload.bytes_of(number), "etag": etag}
        return json_answer(part, headers={"ETag": f'"{etag}"'})

    def _stored(call: Call, upload: DeclaredUpload, number: int) -> str:
        wanted = upload.bytes_of(number)
        body = raw_body(call.request, limit_bytes=wanted)
        try:
            return objects.parts.put(upload.original_key, upload.parts_id, number, cast(BinaryIO, body), wanted)
        except NotFound as error:
            raise expired() from error

    base = "/v1/uploads/{upload_id}/parts"
    return (
        Operation(
            name="sign_upload_parts",
            method="POST",
            path=base,
            about="Fresh addresses for parts, up to 100 at a time: those of the store are good for an hour.",
            handler=sign,
            scope="write",
            body={"application/json": bodies.NUMBERS},
            example={"numbers": [1]},
            answers=(ApiAnswer(status=200, about="They.", content={"application/json": ref("Upload")}),),
            problems=(*_GONE, "too-large"),
        ),
        Operation(
            name="put_upload_part",
            method="PUT",
            path=f"{base}/{{part}}",
            about="Send a part through the gateway, with its Content-Length. One that was sent before is replaced.",
            handler=put,
            scope="write",
            body={"application/octet-stream": BINARY},
            answers=(
                ApiAnswer(
                    status=200,
                    about="It is stored.",
                    content={"application/json": ref("UploadPart")},
                    headers=("ETag",),
                ),
            ),
            problems=(*_GONE, "malformed", "size-mismatch", "too-large", "too-slow", "rate-limited"),
        ),
    )


def _check_number(upload: DeclaredUpload, number: int) -> None:
    """Raises NotFound for a part that the upload does not have."""
    count = upload.part_count if upload.parts_id else 0
    if not 1 <= number <= count:
        raise NotFound(f"The upload has no part {number}: it has {count}.")


def _check_size(call: Call, upload: DeclaredUpload, number: int) -> None:
    """Raises FieldError unless the request announces as many bytes as the part has."""
    wanted, announced = upload.bytes_of(number), call.request.content_length
    if announced is not None and announced > wanted:
        raise too_large(wanted)
    if announced != wanted:
        raise FieldError(
            f"Part {number} has {wanted} bytes, and the request announces {announced or 'none'}.",
            pointer="#/size_bytes",
            code="size-mismatch",
            hint="Send exactly these bytes, with their Content-Length.",
        )
