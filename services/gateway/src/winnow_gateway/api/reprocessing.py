"""POST /v1/media/{media_id}/reprocess: processes a recording or photo again from a stage on."""

from typing import Any

from flask import Request, Response

from winnow_contracts.commands import Reprocess
from winnow_contracts.photo import GUIDANCE_LANGUAGES
from winnow_gateway.api.schema_parts import REGION_ID, Schema, ref
from winnow_gateway.clients.reprocessing import Reprocessing, Wish
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, QueryParameter, json_answer, read_value
from winnow_gateway.http.problems import FieldError

_MAX_BODY_BYTES = 4096
_STAGES = [stage.value for stage in Reprocess]
WISH: dict[str, Schema] = {
    "from": {"type": "string", "enum": _STAGES},
    "replace_captions": {"type": "boolean", "default": False},
    "language": {"type": "string", "enum": list(GUIDANCE_LANGUAGES)},
    "region": REGION_ID,
}
"""The fields of a body that say from which stage on, and how."""
_OF_PHOTOS = ("language", "region")


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operation that processes a recording or photo again."""
    again = Reprocessing(parts.reads, parts.intake, parts.steering)

    def reprocess(call: Call) -> Response:
        wish = read_wish(_body(call.request))
        job = again.begin(call.tenant_id, call.path["media_id"], wish, call.principal.key_id)
        return json_answer(job, 202, {"Location": job["links"]["self"], "Retry-After": "1"})

    return (
        Operation(
            name="reprocess_media",
            method="POST",
            path="/v1/media/{media_id}/reprocess",
            about="Process a recording again: from transcribe, what is said is written down anew; from embed, its"
            " passages get the vectors of the present model. A text that came as captions stays, unless"
            " replace_captions says that it goes. Or a photo: from classify, the present model looks at it; from"
            " guidance, the present rules apply to what was found. Either in another language, or by the rules of"
            " another region. What is there is served until the new result replaces it."
            " The job's run rises as soon as that begins.",
            handler=reprocess,
            scope="write",
            body={
                "application/json": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["from"],
                    "properties": WISH,
                }
            },
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


def read_wish(given: dict[str, Any]) -> Wish:
    """Returns what the fields of ``WISH`` in a body say. Raises FieldError."""
    if given.get("from") not in _STAGES:
        raise FieldError(f"from must be one of {', '.join(_STAGES)}.", pointer="#/from")
    stage = Reprocess(given["from"])
    replace_captions = given.get("replace_captions", False)
    if not isinstance(replace_captions, bool):
        raise FieldError("replace_captions must be true or false.", pointer="#/replace_captions")
    advised = {name: given[name] for name in _OF_PHOTOS if name in given}
    for name, value in advised.items():
        if not isinstance(value, str):
            raise FieldError(f"{name} must be a text.", pointer=f"#/{name}")
        read_value(QueryParameter(name=name, about="", schema=WISH[name]), value, where="#/")
    for name in ("replace_captions",) if stage.kind == "photo" else _OF_PHOTOS:
        if given.get(name, False) is not False:
            raise FieldError(f"{stage} is a stage of a {stage.kind}, which has no {name}.", pointer=f"#/{name}")
    return Wish(reprocess=stage, replace_captions=replace_captions, **advised)


def _body(request: Request) -> dict[str, Any]:
    request.max_content_length = _MAX_BODY_BYTES
    body: Any = request.get_json(silent=True) if request.mimetype == "application/json" else None
    if not isinstance(body, dict) or not {"from"} <= body.keys() <= WISH.keys():
        raise FieldError(f"The body must be a JSON object with from, and at most {', '.join(WISH)}.", pointer="#")
    return body
