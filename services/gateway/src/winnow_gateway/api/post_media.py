"""POST /v1/media: uploads a recording."""

from flask import Response

from winnow_contracts.commands import Examine
from winnow_contracts.formats import sniff
from winnow_contracts.languages import SPEECH_LANGUAGES
from winnow_contracts.photo_formats import sniff_photo
from winnow_gateway.api import links
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.api.upload import FILENAME, PROBLEMS, Uploads, accepted_answer
from winnow_gateway.api.upload_kinds import BINARY, JobIds, SentFile, UploadKind
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, QueryParameter
from winnow_gateway.http.problems import FieldError
from winnow_gateway.settings import GatewaySettings
from winnow_gateway.uploads.awaited_bodies import AwaitedBodies
from winnow_gateway.uploads.idempotency import KEY

_LANGUAGE = QueryParameter(
    name="language",
    about="What is spoken, as the speech model's code for it; detected where absent.",
    schema={"type": "string", "enum": list(SPEECH_LANGUAGES)},
)

_AUDIO_TRACK = QueryParameter(
    name="audio_track",
    about="Which of several audio tracks to write down, 1 for the first; absent: the default one, unless it is silent.",
    schema={"type": "integer", "minimum": 1, "maximum": 64},
)


def recordings(settings: GatewaySettings) -> UploadKind:
    """The upload kind of recordings."""
    return UploadKind(
        name="recording",
        route="POST /v1/media",
        limit_bytes=settings.max_upload_bytes,
        form_limit_bytes=min(settings.max_form_bytes, settings.max_upload_bytes),
        wishes=(_LANGUAGE, _AUDIO_TRACK),
        recognise=_recognise,
        lane=Examine.QUEUE,
        takes_captions=True,
        first_command=_examine,
    )


def _recognise(head: bytes) -> str:
    kind = sniff(head)
    if kind is not None:
        return kind.content_type
    if sniff_photo(head) is not None:
        raise FieldError(
            "This file is a photo, and this address takes recordings.",
            pointer="#/file",
            code="unsupported-type",
            hint="Send photos to POST /v1/photos.",
        )
    raise FieldError(
        "The content of this file is not a recording that Winnow knows; its name does not matter.",
        pointer="#/file",
        code="unsupported-type",
        hint="Send mp4, mov, m4a, mkv, webm, avi, mpeg-ts, wav, flac, ogg, mp3 or aac.",
    )


def _examine(ids: JobIds, file: SentFile) -> Examine:
    return Examine(
        tenant_id=ids.tenant_id,
        job_id=ids.job_id,
        media_id=ids.media_id,
        original_key=ids.original_key,
        filename=file.filename,
        size_bytes=file.size_bytes,
        sha256=file.promised_sha256,
        language=file.wishes["language"],
        audio_track=file.wishes["audio_track"],
        captions_key=ids.captions_key,
    )


def operations(settings: GatewaySettings, parts: Dependencies, bodies: AwaitedBodies) -> tuple[Operation, ...]:
    """The operation that uploads recordings."""
    kind = recordings(settings)
    uploads = Uploads(parts, bodies, kind)
    by_link = links.Links(parts, bodies, kind, settings.links)

    def send(call: Call) -> Response:
        taken = (by_link if links.is_link(call) else uploads).take(call)
        return accepted_answer(taken, "media", f"/v1/media/{taken.media_id}")

    return (
        Operation(
            name="upload_media",
            method="POST",
            path="/v1/media",
            about="Send a recording: as raw body with ?filename=, of any size up to the limit, or as a small form."
            " A form may have its captions (WebVTT or SubRip, talk.ko.srt) as a second file: they are taken as"
            " what is said. Or, where links are fetched, a link to it as JSON.",
            handler=send,
            scope="write",
            query=(FILENAME, *kind.options),
            headers=(KEY,),
            body={"application/octet-stream": BINARY, "multipart/form-data": kind.form(), **links.body(kind)},
            example={"source_url": "https://example.org/talk.mp4", "title": "A talk"},
            answers=(
                ApiAnswer(
                    status=202,
                    about="The job is accepted and will run.",
                    content={"application/json": ref("Accepted")},
                    headers=("Location", "Retry-After", "Idempotency-Replayed"),
                ),
            ),
            problems=(*PROBLEMS, "invalid-captions", *links.PROBLEMS),
        ),
    )
