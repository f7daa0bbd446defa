"""POST /v1/media/{media_id}/reprocess: processes a recording again from a stage on."""

from typing import Any

from flask import Request, Response

from winnow_contracts.commands import Reprocess
from winnow_gateway.api.schema_parts import Schema, ref
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer
from winnow_gateway.http.problems import FieldError

_MAX_BODY_BYTES = 4096
_STAGES = [stage.value for stage in Reprocess]
_WANTED: Schema = {
    "type": "object",
    "additionalProperties": False,
    "required": ["from"],
    "properties": {
        "from": {"type": "string", "enum": _STAGES},
        "replace_captions": {"type": "boolean", "default": False},
    },
}


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operation that processes a recording again."""

    def reprocess(call: Call) -> Response:
        stage, replace_captions = _wanted(call.request)
        job = parts.steering.reprocess(
            call.tenant_id, call.path["media_id"], stage, call.principal.key_id, replace_captions=replace_captions
        )
        return json_answer(job, 202, {"Location": job["links"]["self"], "Retry-After": "1"})

    return (
        Operation(
            name="reprocess_media",
            method="POST",
            path="/v1/media/{media_id}/reprocess",
            about="Process a recording again: from transcribe, what is said is written down anew; from embed, its"
            " passages get the vectors of the present model. A text that came as captions stays, unless"
            " replace_captions says that it goes. What is there is served until the new result replaces it."
            " The job's run rises as soon as that begins.",
            handler=reprocess,
            scope="write",
            body={"application/json": _WANTED},
            example={"from": "embed"},
            answers=(
                ApiAnswer(
                    status=202,
                    about="It will run again; the job as it was before.",
                    content={"application/json": ref("Job")},
                    headers=("Location", "Retry-After"),
                ),
            ),
            problems=("not-found", "gone", "job-running", "not-ready", "malformed", "too-large", "unavailable"),
        ),
    )


def _wanted(request: Request) -> tuple[Reprocess, bool]:
    request.max_content_length = _MAX_BODY_BYTES
    body: Any = request.get_json(silent=True) if request.mimetype == "application/json" else None
    if not isinstance(body, dict) or not {"from"} <= body.keys() <= _WANTED["properties"].keys():
        raise FieldError('The body must be {"from": STAGE}, with replace_captions if need be.', pointer="#")
    if body["from"] not in _STAGES:
        raise FieldError(f"from must be one of {', '.join(_STAGES)}.", pointer="#/from")
    replace_captions = body.get("replace_captions", False)
    if not isinstance(replace_captions, bool):
        raise FieldError("replace_captions must be true or false.", pointer="#/replace_captions")
    return Reprocess(body["from"]), replace_captions
