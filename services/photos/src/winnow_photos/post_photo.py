"""POST /v1/photos: uploads a photo, and returns its answer at once if it is ready in time."""

import io
from dataclasses import replace

import imagesize
from flask import Request, Response

from winnow_contracts.commands import PreparePhoto
from winnow_contracts.formats import sniff
from winnow_contracts.photo import GUIDANCE_LANGUAGES
from winnow_contracts.photo_formats import MAX_BYTES, refuse_many_pixels, sniff_photo
from winnow_gateway.api import links
from winnow_gateway.api.schema_parts import REGION_ID, ref
from winnow_gateway.api.upload import FILENAME, PROBLEMS, AcceptedUpload, Uploads, accepted_answer
from winnow_gateway.api.upload_kinds import BINARY, JobIds, SentFile, UploadKind
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, QueryParameter, json_answer
from winnow_gateway.http.problems import FieldError
from winnow_gateway.settings import GatewaySettings
from winnow_gateway.uploads.awaited_bodies import AwaitedBodies
from winnow_gateway.uploads.idempotency import KEY
from winnow_photos.photo_wait import PhotoWait, wanted_seconds

LANGUAGE = QueryParameter(
    name="language",
    about="Language of the guidance; by Accept-Language where absent.",
    schema={"type": "string", "enum": list(GUIDANCE_LANGUAGES)},
)
REGION = QueryParameter(
    name="region",
    about="Whose disposal rules to use: the id of a region of GET /v1/rules.",
    schema=REGION_ID,
)
PREFER = QueryParameter(
    name="Prefer",
    about="wait=10 waits up to so many seconds (at most 30) for the answer (RFC 7240).",
    schema={"type": "string"},
)


class PhotosIn:
    """Accepts photos, in the same way from the API and from the page."""

    def __init__(self, settings: GatewaySettings, parts: Dependencies, bodies: AwaitedBodies, wait: PhotoWait) -> None:
        self._region = settings.region
        kind = photos(settings)
        self._uploads = Uploads(parts, bodies, kind)
        self._links = links.Links(parts, bodies, kind, settings.links)
        self._wait = wait

    def send(self, call: Call) -> Response:
        """Accepts a photo. With ``Prefer: wait`` returns its whole answer if it is ready in time."""
        seconds = wanted_seconds(call.request.headers.get("Prefer"))
        asked = {
            **call.query,
            "language": call.query["language"] or spoken_language(call.request),
            "region": call.query["region"] or self._region,
        }
        taken = self._wait.taken(call) or self._take(replace(call, query=asked))
        address = f"/v1/photos/{taken.media_id}"
        if seconds is None:
            return accepted_answer(taken, "photo", address)
        photo, waited = self._wait.for_answer(call, taken, seconds)
        applied = {"Preference-Applied": f"wait={seconds}"} if waited else {}
        if photo is None:
            return accepted_answer(taken, "photo", address, applied)
        replayed = {"Idempotency-Replayed": "true"} if taken.replayed else {}
        return json_answer(photo, 200, {"Content-Location": address, **applied, **replayed})

    def _take(self, call: Call) -> AcceptedUpload:
        return (self._links if links.is_link(call) else self._uploads).take(call)


def spoken_language(request: Request) -> str:
    """Returns the guidance language that the caller prefers; English if the caller accepts none of ours."""
    return request.accept_languages.best_match(GUIDANCE_LANGUAGES) or GUIDANCE_LANGUAGES[0]


def photos(settings: GatewaySettings) -> UploadKind:
    """The upload kind of photos."""
    limit_bytes = min(MAX_BYTES, settings.max_upload_bytes)
    return UploadKind(
        name="photo",
        route="POST /v1/photos",
        limit_bytes=limit_bytes,
        form_limit_bytes=min(limit_bytes, settings.max_form_bytes),
        wishes=(LANGUAGE, REGION),
        recognise=_recognise,
        lane=PreparePhoto.QUEUE,
        first_command=_prepare,
    )


def _recognise(head: bytes) -> str:
    """Returns the media type by the first bytes.

    Raises FieldError for other files and for too many pixels, if the header shows the size; media checks the rest.
    """
    kind = sniff_photo(head)
    if kind is not None:
        width, height = imagesize.get(io.BytesIO(head), exif_rotation=False)
        refuse_many_pixels(width, height, kind.name)
        return kind.content_type
    if sniff(head) is not None:
        raise FieldError(
            "This file is a recording, and this address takes photos.",
            pointer="#/file",
            code="unsupported-type",
            hint="Send recordings to POST /v1/media.",
        )
    raise FieldError(
        "The content of this file is not a photo that Winnow knows; its name does not matter.",
        pointer="#/file",
        code="unsupported-type",
        hint="Send JPEG, PNG, WebP, HEIC, AVIF, GIF, BMP or TIFF.",
    )


def _prepare(ids: JobIds, file: SentFile) -> PreparePhoto:
    return PreparePhoto(
        tenant_id=ids.tenant_id,
        job_id=ids.job_id,
        media_id=ids.media_id,
        original_key=ids.original_key,
        filename=file.filename,
        size_bytes=file.size_bytes,
        sha256=file.promised_sha256,
        language=file.wishes["language"],
        region=file.wishes["region"],
    )


def operations(
    settings: GatewaySettings, parts: Dependencies, bodies: AwaitedBodies, wait: PhotoWait
) -> tuple[Operation, ...]:
    """The operation that uploads photos."""
    kind = photos(settings)
    return (
        Operation(
            name="send_photo",
            method="POST",
            path="/v1/photos",
            about="Send a photo of waste, up to 32 MB: as a form, or as raw body with ?filename=. Or, where links are"
            " fetched, a link to it as JSON.",
            handler=PhotosIn(settings, parts, bodies, wait).send,
            scope="write",
            query=(FILENAME, *kind.options),
            headers=(KEY, PREFER),
            body={"multipart/form-data": kind.form(), "application/octet-stream": BINARY, **links.body(kind)},
            example={"source_url": "https://example.org/bottle.jpg"},
            answers=(
                ApiAnswer(
                    status=200,
                    about="With Prefer: wait, the photo with its answer, or with the error that ended its job.",
                    content={"application/json": ref("Photo")},
                    headers=("Content-Location", "Preference-Applied", "Idempotency-Replayed"),
                ),
                ApiAnswer(
                    status=202,
                    about="The job is accepted and will run.",
                    content={"application/json": ref("Accepted")},
                    headers=("Location", "Retry-After", "Preference-Applied", "Idempotency-Replayed"),
                ),
            ),
            problems=(*PROBLEMS, *links.PROBLEMS, "image-too-large"),
        ),
    )
