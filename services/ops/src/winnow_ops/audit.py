"""/v1/ops/audit: what people did to jobs, tasks, lanes, schedules, keys, accounts and limits, and by whose key."""

from flask import Response

from winnow_contracts.index_api.audit import AuditAction, ListAudit
from winnow_gateway.api.list_filters import LIMIT
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, QueryParameter, json_answer
from winnow_journal.codec import plain

_CURSOR = QueryParameter(
    name="cursor", about="Where the page begins.", schema={"type": "string", "pattern": "[0-9]{1,18}"}
)
_ACTION = QueryParameter(
    name="action", about="Only of this kind.", schema={"type": "string", "enum": list(AuditAction)}
)
_KEY = QueryParameter(
    name="key_id", about="Only by this key.", schema={"type": "string", "minLength": 1, "maxLength": 200}
)


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operation that reads the log."""

    def page(call: Call) -> Response:
        query = call.query
        before_id = None if query["cursor"] is None else int(query["cursor"])
        found = parts.index.ask(
            ListAudit(limit=query["limit"], before_id=before_id, action=query["action"], key_id=query["key_id"])
        )
        following = None if found.next_before is None else str(found.next_before)
        return json_answer({"items": [plain(entry) for entry in found.items], "next_cursor": following})

    return (
        Operation(
            name="list_audit",
            method="GET",
            path="/v1/ops/audit",
            about="What people did to jobs, tasks, lanes, schedules, keys, accounts and limits, newest first; "
            "a bulk action is one entry.",
            handler=page,
            scope="ops:read",
            query=(LIMIT, _CURSOR, _ACTION, _KEY),
            answers=(ApiAnswer(status=200, about="A page.", content={"application/json": ref("AuditPage")}),),
            problems=("unavailable",),
        ),
    )
