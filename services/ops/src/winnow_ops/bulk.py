"""POST /v1/ops/tasks:{action}: retries, cancels, replays or discards every task that matches a filter."""

from flask import Response

from winnow_contracts.index_api.audit import AuditAction
from winnow_gateway.api.bulk_bodies import bulk_form, read_bulk_body
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.clients.bulk_slices import SLICE
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer
from winnow_journal.codec import plain
from winnow_ops.bulk_actions import BulkActions
from winnow_ops.task_filters import TASK_FILTERS, read_filters

_FORM = bulk_form(TASK_FILTERS)
_HINT = 'For example {"filter": {"actor": "ai.transcribe_audio"}}.'


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The bulk operation."""
    bulk = BulkActions(parts.index, parts.steering)

    def act(call: Call) -> Response:
        body, place = read_bulk_body(call.request, _FORM, hint=_HINT)
        given = read_filters(body["filter"], where="#/filter/")
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
