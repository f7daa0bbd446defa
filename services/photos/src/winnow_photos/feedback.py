"""POST /v1/photos/{id}/feedback and GET /v1/feedback: people's corrections of photos, kept as labelled data."""

import json
import re
from collections.abc import Iterator
from typing import Any

from flask import Request, Response

from winnow_contracts.errors import BadInput
from winnow_contracts.photo import KNOWN_ITEMS, Category, ItemState
from winnow_gateway.api.list_filters import CURSOR, LIMIT
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.http.operations import PATH_SCHEMAS, ApiAnswer, Call, Operation, Schema, json_answer
from winnow_gateway.http.problems import FieldError
from winnow_photos.photo_reads import PhotoReads

LONGEST_NOTE = 500
"""In characters."""
NDJSON = "application/x-ndjson"
_MAX_BODY_BYTES = 16_384
_FIELDS: dict[str, Schema] = {
    "correct_category": {"type": "string", "enum": [category.value for category in Category]},
    "correct_item": PATH_SCHEMAS["item"],
    "correct_state": {"type": "string", "enum": [state.value for state in ItemState]},
    "note": {"type": "string", "maxLength": LONGEST_NOTE},
}
_CORRECTION: Schema = {
    "type": "object",
    "required": ["correct_category"],
    "properties": _FIELDS,
    "additionalProperties": False,
}


class FeedbackRoutes:
    """Stores corrections and exports them."""

    def __init__(self, reads: PhotoReads) -> None:
        self._reads = reads

    def add(self, call: Call) -> Response:
        """Stores a correction."""
        correction = check_correction(_body(call.request))
        kept = self._reads.add_feedback(call.tenant_id, call.path["photo_id"], call.principal.key_id, correction)
        return json_answer(kept, 201, {"Location": f"/v1/photos/{call.path['photo_id']}"})

    def export(self, call: Call) -> Response:
        """Returns all corrections as lines of JSON, or one page of them as JSON, depending on Accept."""
        accepted = call.request.accept_mimetypes
        best = accepted.best_match(["application/json", NDJSON])
        if best is None and accepted:
            raise BadInput(f"Corrections come as application/json or {NDJSON}.", code="not-acceptable")
        if best == NDJSON:
            return Response(_lines(self._reads.all_feedback(call.tenant_id)), mimetype=NDJSON)
        return json_answer(self._reads.feedback_page(call.tenant_id, call.query["limit"], call.query["cursor"]))


def check_correction(given: dict[str, Any]) -> dict[str, str]:
    """Returns the fields of a correction that are set. Raises FieldError naming the first unusable field."""
    for name, value in given.items():
        if name not in _FIELDS:
            raise FieldError(f"There is no field {name[:60]!r} here.", pointer=f"#/{name[:60]}")
        if value is not None and not _fits(value, _FIELDS[name]):
            raise FieldError(f"The field {name!r} has a value that cannot be used.", pointer=f"#/{name}")
    said = {name: value for name, value in given.items() if value is not None}
    if "correct_category" not in said:
        raise FieldError("The field 'correct_category' is needed.", pointer="#/correct_category")
    belongs = KNOWN_ITEMS.get(said.get("correct_item", ""))
    if belongs is not None and belongs != said["correct_category"]:
        raise FieldError(
            f"{said['correct_item']} belongs to {belongs}, not to {said['correct_category']}.",
            pointer="#/correct_item",
            hint="Correct one of the two.",
        )
    return said


def _body(request: Request) -> dict[str, Any]:
    request.max_content_length = _MAX_BODY_BYTES
    body = request.get_json(silent=True) if request.mimetype == "application/json" else None
    if not isinstance(body, dict):
        raise FieldError("The body must be a JSON object with the field 'correct_category'.", pointer="#")
    return body


def _fits(value: Any, schema: Schema) -> bool:
    return (
        isinstance(value, str)
        and value in schema.get("enum", [value])
        and len(value) <= schema.get("maxLength", LONGEST_NOTE)
        and re.fullmatch(schema.get("pattern", "(?s:.*)"), value) is not None
        # PostgreSQL cannot store a zero byte in text.
        and "\0" not in value
    )


def _lines(items: Iterator[dict[str, Any]]) -> Iterator[str]:
    return (json.dumps(item, ensure_ascii=False) + "\n" for item in items)


def operations(reads: PhotoReads) -> tuple[Operation, ...]:
    """The operations on corrections."""
    feedback = FeedbackRoutes(reads)
    return (
        Operation(
            name="correct_photo",
            method="POST",
            path="/v1/photos/{photo_id}/feedback",
            about="Say what is really on a photo; the correction is kept beside the answer.",
            handler=feedback.add,
            scope="write",
            body={"application/json": _CORRECTION},
            example={"correct_category": "glass", "note": "A jar."},
            answers=(
                ApiAnswer(
                    status=201,
                    about="It is kept.",
                    content={"application/json": ref("Correction")},
                    headers=("Location",),
                ),
            ),
            problems=("not-found", "gone", "not-ready", "malformed", "too-large", "unavailable"),
        ),
        Operation(
            name="list_feedback",
            method="GET",
            path="/v1/feedback",
            about="Corrections with what had been said, as labelled data: a page of JSON, or every one as NDJSON.",
            handler=feedback.export,
            query=(LIMIT, CURSOR),
            answers=(
                ApiAnswer(
                    status=200,
                    about="As JSON a page; as NDJSON all, one a line, where limit and cursor say nothing.",
                    content={"application/json": ref("LabelPage"), NDJSON: {"type": "string"}},
                ),
            ),
            problems=("invalid-cursor", "not-acceptable", "unavailable"),
        ),
    )
