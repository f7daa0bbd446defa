"""The operations under /v1/uploads, and the schemas of their answers. The gateway finds this module by its entry
point.
"""

from collections.abc import Mapping
from dataclasses import replace

from flask import Response

from winnow_contracts import identity
from winnow_contracts.errors import NotFound
from winnow_gateway.api.post_media import recordings
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.api.serving import FileServing
from winnow_gateway.api.upload import accepted_answer
from winnow_gateway.api.upload_kinds import UploadKind
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer
from winnow_gateway.http.problems import FieldError
from winnow_gateway.settings import GatewaySettings
from winnow_gateway.uploads.awaited_bodies import AwaitedBodies
from winnow_gateway.uploads.idempotency import KEY, read_key
from winnow_photos.post_photo import photos
from winnow_uploads import bodies, captions, media_captions, sending, views
from winnow_uploads.addresses import addresses
from winnow_uploads.completion import Completion
from winnow_uploads.declaration import body_schema, read_declaration
from winnow_uploads.open_uploads import OpenUploads, another_upload, completed_already
from winnow_uploads.stored_files import StoredFiles

SCHEMAS = {**views.SCHEMAS, **captions.SCHEMAS, **media_captions.SCHEMAS}
_ROUTE = "POST /v1/uploads"
_UPLOAD = {"application/json": ref("Upload")}


def operations(
    settings: GatewaySettings, parts: Dependencies, awaited: AwaitedBodies, serving: FileServing
) -> tuple[Operation, ...]:
    """Every operation on uploads in parts."""
    kinds: Mapping[str, UploadKind] = {
        "av": replace(recordings(settings), route=_ROUTE),
        "photo": replace(photos(settings), route=_ROUTE),
    }
    where = addresses(settings)
    uploads = OpenUploads(parts.objects, where)
    completion = Completion(parts, uploads, kinds)
    stored_files = StoredFiles(parts.index)

    def declare(call: Call) -> Response:
        job_id = identity.keyed_job_id(call.tenant_id, _ROUTE, _key(call))
        wanted, again = read_declaration(call, kinds, job_id, settings.region)
        location = {"Location": f"/v1/uploads/{wanted.upload_id}"}
        with completion.alone(job_id):
            completion.refuse_deleted(call.tenant_id, job_id)
            job = completion.job(call.tenant_id, job_id)
            if job is not None:
                if not completion.made_of(job, wanted):
                    raise another_upload()
                return json_answer(views.completed(job), 201, {**location, "Idempotency-Replayed": "true"})
            same = None if again else stored_files.find(wanted)
            if same is not None:
                shown = views.already_stored(wanted, same)
                return json_answer(shown, 201, {"Location": shown["links"][views.made_by(wanted.kind)]})
            completion.refuse_if_full(wanted)
            upload, fresh = uploads.begin(wanted)
        numbers = range(1, min(upload.part_count, bodies.MOST_NUMBERS) + 1)
        replayed = {} if fresh else {"Idempotency-Replayed": "true"}
        return json_answer(views.to_send(upload, where, numbers), 201, {**location, **replayed})

    def look(call: Call) -> Response:
        upload_id = call.path["upload_id"]
        upload = uploads.find(call.tenant_id, upload_id)
        if upload is not None:
            return json_answer(views.as_stored(upload, uploads.stored(upload)))
        job = completion.job(call.tenant_id, identity.job_of_upload(upload_id))
        if job is None:
            raise NotFound(f"There is no upload {upload_id!r}.")
        return json_answer(views.completed(job))

    def complete(call: Call) -> Response:
        marks = bodies.read_marks(call.request)
        taken = completion.complete(call.tenant_id, call.path["upload_id"], marks)
        job = completion.job(call.tenant_id, taken.job_id)
        what = ("photo", "photos") if job is not None and job.accepted.kind == "photo" else ("media", "media")
        return accepted_answer(taken, what[0], f"/v1/{what[1]}/{taken.media_id}")

    def give_up(call: Call) -> Response:
        upload_id = call.path["upload_id"]
        job_id = identity.job_of_upload(upload_id)
        with completion.alone(job_id):
            if completion.job(call.tenant_id, job_id) is not None:
                raise completed_already()
            uploads.give_up(uploads.get(call.tenant_id, upload_id))
        return Response(status=204)

    base = "/v1/uploads/{upload_id}"
    return (
        Operation(
            name="declare_upload",
            method="POST",
            path="/v1/uploads",
            about="Declare a file that will be sent in parts, which can go on after a break, with the options of its"
            " job. It has a day. parts holds the addresses of the first hundred. With sha256, and without again, a file"
            " that the account has stored already is not sent: the answer is already-stored, with its media and job.",
            handler=declare,
            scope="write",
            headers=(replace(KEY, needed=True),),
            body={"application/json": body_schema(kinds)},
            example={"kind": "av", "filename": "talk.mp4", "size_bytes": 700_000_000},
            answers=(
                ApiAnswer(
                    status=201,
                    about="Where to send what. The same key gives the same upload. Or that the file is stored already.",
                    content=_UPLOAD,
                    headers=("Location", "Idempotency-Replayed"),
                ),
            ),
            problems=(
                "idempotency-key-missing",
                "idempotency-in-progress",
                "idempotency-mismatch",
                "gone",
                "too-large",
                "empty-file",
                "rate-limited",
                "quota-exceeded",
                "unavailable",
            ),
        ),
        Operation(
            name="get_upload",
            method="GET",
            path=base,
            about="An upload with the parts that the store has; once it is completed, with its job.",
            handler=look,
            scope="write",
            answers=(ApiAnswer(status=200, about="It.", content=_UPLOAD),),
            problems=("not-found", "upload-expired", "unavailable"),
        ),
        *sending.operations(uploads, parts.objects, where, awaited),
        *captions.operations(uploads, completion, awaited),
        *media_captions.operations(parts, awaited),
        Operation(
            name="complete_upload",
            method="POST",
            path=f"{base}/complete",
            about="Put the parts together and begin the job. parts: the marks by which the sender knows them; without"
            " them the store's own count.",
            handler=complete,
            scope="write",
            body={"application/json": bodies.COMPLETION},
            example={},
            answers=(
                ApiAnswer(
                    status=202,
                    about="The job is accepted and will run. A repeat gives the same.",
                    content={"application/json": ref("Accepted")},
                    headers=("Location", "Retry-After", "Idempotency-Replayed"),
                ),
            ),
            problems=(
                "not-found",
                "upload-expired",
                "idempotency-in-progress",
                "size-mismatch",
                "unsupported-type",
                "image-too-large",
                "too-large",
                "rate-limited",
                "quota-exceeded",
                "unavailable",
            ),
        ),
        Operation(
            name="give_up_upload",
            method="DELETE",
            path=base,
            about="Give an upload up, and remove what was sent.",
            handler=give_up,
            scope="write",
            answers=(ApiAnswer(status=204, about="It is gone.", content={}),),
            problems=("not-found", "upload-expired", "already-ended", "idempotency-in-progress", "unavailable"),
        ),
    )


def _key(call: Call) -> str:
    key = read_key(call.request.headers.get("Idempotency-Key"))
    if key is None:
        raise FieldError(
            "An upload in parts needs an Idempotency-Key: by it a client finds the upload again.",
            pointer="Idempotency-Key",
            code="idempotency-key-missing",
            hint="Send a random text of your own, and the same one when you go on.",
        )
    return key
