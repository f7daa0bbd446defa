"""POST /v1/ops/tasks:{action}: retries, cancels, replays or discards every task that matches a filter."""

from flask import Request, Response

from winnow_contracts.index_api.audit import AuditAction
from winnow_gateway.api.schema_parts import Schema, ref
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer
from winnow_gateway.http.problems import FieldError
from winnow_journal.codec import plain
from winnow_ops.bulk_actions import SLICE, BulkActions
from winnow_ops.task_filters import TASK_FILTERS, read_filters

_MAX_BODY_BYTES = 16_384
_FORM: Schema = {
    "type": "object",
    "required": ["filter"],
    "properties": {
        "filter": {
            "type": "object",
            "minProperties": 1,
            "properties": {one.name: one.schema for one in TASK_FILTERS},
            "additionalProperties": False,
        },
        "audit_id": {"type": ["integer", "null"]},
        "cursor": {"type": ["string", "null"]},
    },
    "additionalProperties": False,
}


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The bulk operation."""
    bulk = BulkActions(parts.index, parts.steering)

    def act(call: Call) -> Response:
        given, place = _read(call.request)
        done = bulk.slice(AuditAction(call.path["action"]), given, call.principal.key_id, place)
        return json_answer(plain(done))

    return (
        Operation(
            name="act_on_tasks",
            method="POST",
            path="/v1/ops/tasks:{action}",
            about=f"Act on the next {SLICE} of all tasks that match: of dead ones, unless a state is given or they are"
            " cancelled, and without those that were discarded or whose job went on without them. retry and cancel act"
            " on their jobs. To go on, send audit_id and next_cursor back. The audit log has one entry for all, which"
            " tells how far it is.",
            handler=act,
            scope="admin",
            body={"application/json": _FORM},
            example={"filter": {"state": "dead", "actor": "ai.transcribe_audio"}},
            answers=(
                ApiAnswer(status=200, about="What this slice did.", content={"application/json": ref("BulkSlice")}),
            ),
            problems=("not-found", "invalid-cursor", "too-large", "unavailable"),
        ),
    )


def _read(request: Request) -> tuple[dict[str, str], tuple[int, str] | None]:
    """Returns the filters that were given, and where the action goes on. Raises FieldError."""
    request.max_content_length = _MAX_BODY_BYTES
    body = request.get_json(silent=True) if request.mimetype == "application/json" else None
    if not isinstance(body, dict) or not isinstance(body.get("filter"), dict) or not body["filter"]:
        raise FieldError(
            "The body must be a JSON object whose filter says which tasks are meant.",
            pointer="#/filter",
            hint='For example {"filter": {"actor": "ai.transcribe_audio"}}.',
        )
    given = read_filters(body["filter"], where="#/filter/")
    audit_id, cursor = body.get("audit_id"), body.get("cursor")
    if audit_id is None and cursor is None:
        return given, None
    if type(audit_id) is not int or not 0 < audit_id < 1 << 53 or not isinstance(cursor, str):
        raise FieldError("To go on, audit_id and cursor are needed, as the slice before gave them.", pointer="#")
    return given, (audit_id, cursor)
