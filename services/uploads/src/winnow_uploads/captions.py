"""PUT /v1/uploads/{upload_id}/captions: sends the captions of an upload, before it is completed."""

from flask import Response

from winnow_contracts import identity
from winnow_contracts.uploads import DeclaredUpload
from winnow_gateway.api.schema_parts import COUNT, TEXT, Schema, object_of, ref
from winnow_gateway.api.upload_kinds import BINARY
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, QueryParameter, json_answer
from winnow_gateway.http.problems import FieldError
from winnow_gateway.uploads import sent_captions
from winnow_gateway.uploads.awaited_bodies import AwaitedBodies
from winnow_gateway.uploads.sent_captions import MOST_CAPTIONS_BYTES, captions_body, read_sent
from winnow_uploads.completion import Completion
from winnow_uploads.open_uploads import OpenUploads, completed_already

SCHEMAS: dict[str, Schema] = {"SentCaptions": object_of({"language": TEXT, "cues": COUNT, "ends_ms": COUNT})}
BODY = {"text/vtt": BINARY, "application/x-subrip": BINARY, "application/octet-stream": BINARY}
FILENAME = QueryParameter(
    name="filename",
    about="The file's name: talk.vtt, talk.srt, or talk.ko.srt, which names the language.",
    schema={"type": "string", "examples": ["talk.ko.srt"]},
    needed=True,
)
PROBLEMS = (*sent_captions.PROBLEMS, "malformed", "too-slow", "rate-limited", "unavailable")


def operations(uploads: OpenUploads, completion: Completion, bodies: AwaitedBodies) -> tuple[Operation, ...]:
    """The operation that takes the captions of an upload."""

    def put(call: Call) -> Response:
        upload = open_upload(call)
        with bodies.come(call, MOST_CAPTIONS_BYTES):
            body = captions_body(call.request)
            sent = read_sent(body, call.query["filename"], upload.wishes["language"])
        with completion.alone(upload.job_id):
            uploads.keep_captions(open_upload(call), sent)
        captions = sent.captions
        told = {"language": captions.language, "cues": len(captions.cues), "ends_ms": captions.cues[-1].end_ms}
        return json_answer(told)

    def open_upload(call: Call) -> DeclaredUpload:
        upload_id = call.path["upload_id"]
        if completion.job(call.tenant_id, identity.job_of_upload(upload_id)) is not None:
            raise completed_already()
        upload = uploads.get(call.tenant_id, upload_id)
        if upload.kind != "av":
            raise FieldError("A photo has no captions.", pointer="#/captions", code="unsupported-type")
        return upload

    return (
        Operation(
            name="put_upload_captions",
            method="PUT",
            path="/v1/uploads/{upload_id}/captions",
            about="Send a recording's captions (WebVTT or SubRip, up to 5 MiB) before its upload is completed: they are"
            " taken as what is said, and nothing is transcribed. Captions that were sent before are replaced.",
            handler=put,
            scope="write",
            query=(FILENAME,),
            body=BODY,
            answers=(ApiAnswer(status=200, about="They are kept.", content={"application/json": ref("SentCaptions")}),),
            problems=("not-found", "upload-expired", "already-ended", "idempotency-in-progress", *PROBLEMS),
        ),
    )
