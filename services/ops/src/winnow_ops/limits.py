"""/v1/ops/limits…: limits of calls to AI endpoints: what is in force and used; changes them while everything runs."""

from typing import Any

from flask import Request, Response

from winnow_contracts.index_api.limits import MOST_CALLS, ListLimitLog, ListLimits, ResetLimit, SetLimit
from winnow_gateway.api.schema_parts import COUNT, TEXT, Schema, ref
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, QueryParameter, json_answer
from winnow_gateway.http.problems import FieldError
from winnow_journal.codec import plain

_MAX_BODY_BYTES = 16_384
_LONGEST_TENANT = 200
_FORM: Schema = {
    "type": "object",
    "required": ["value"],
    "properties": {
        "value": {**COUNT, "minimum": 1, "maximum": MOST_CALLS},
        "tenant_id": {**TEXT, "minLength": 1, "maxLength": _LONGEST_TENANT},
    },
    "additionalProperties": False,
}
_TENANT = QueryParameter(
    name="tenant_id",
    about="The limit of this tenant; absent: of all together.",
    schema={"type": "string", "minLength": 1, "maxLength": _LONGEST_TENANT},
)
_MINUTES = QueryParameter(
    name="minutes",
    about="How far back.",
    schema={"type": "integer", "minimum": 1, "maximum": 1440, "default": 60},
)


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operations on limits."""
    index = parts.index

    def page(call: Call) -> Response:
        return json_answer(plain(index.ask(ListLimits())))

    def put(call: Call) -> Response:
        name = call.path["limit"]
        value, tenant_id = read_change(name, _body(call.request))
        asked = SetLimit(name=name, tenant_id=tenant_id, value=value, who=call.principal.key_id)
        return json_answer(plain(index.ask(asked)))

    def reset(call: Call) -> Response:
        tenant_id = call.query["tenant_id"] or ""
        asked = ResetLimit(name=call.path["limit"], tenant_id=tenant_id, who=call.principal.key_id)
        return json_answer(plain(index.ask(asked)))

    def log(call: Call) -> Response:
        return json_answer(plain(index.ask(ListLimitLog(minutes=call.query["minutes"]))))

    limits = {"application/json": ref("CallLimits")}
    return (
        Operation(
            name="list_limits",
            method="GET",
            path="/v1/ops/limits",
            about="Every limit of calls to AI endpoints, over all nodes: value is in force, setting is what the nodes"
            " were started with; set_by and set_at say that an operator set it. used: calls now, or in a minute.",
            handler=page,
            scope="ops:read",
            answers=(ApiAnswer(status=200, about="All.", content=limits),),
            problems=("unavailable",),
        ),
        Operation(
            name="list_limit_log",
            method="GET",
            path="/v1/ops/limits/log",
            about="What was used, waited and was refused at each API by each tenant, minute by minute, oldest first.",
            handler=log,
            scope="ops:read",
            query=(_MINUTES,),
            answers=(ApiAnswer(status=200, about="Them.", content={"application/json": ref("LimitLog")}),),
            problems=("unavailable",),
        ),
        Operation(
            name="set_limit",
            method="PUT",
            path="/v1/ops/limits/{limit}",
            about="Set a limit; the next call of any node keeps to it. With tenant_id: calls at once of one tenant.",
            handler=put,
            scope="admin",
            body={"application/json": _FORM},
            example={"value": 4},
            answers=(ApiAnswer(status=200, about="All limits.", content=limits),),
            problems=("not-found", "too-large", "unavailable"),
        ),
        Operation(
            name="reset_limit",
            method="DELETE",
            path="/v1/ops/limits/{limit}",
            about="Let the setting hold again that the nodes were started with.",
            handler=reset,
            scope="admin",
            query=(_TENANT,),
            answers=(ApiAnswer(status=200, about="All limits.", content=limits),),
            problems=("not-found", "unavailable"),
        ),
    )


def read_change(name: str, given: dict[str, Any]) -> tuple[int, str]:
    """Returns the value that is asked for and the tenant, empty for all. Raises FieldError."""
    for field in given.keys() - _FORM["properties"].keys():
        raise FieldError(f"There is no field {field[:60]!r} here.", pointer=f"#/{field[:60]}")
    value, tenant_id = given.get("value"), given.get("tenant_id", "")
    if type(value) is not int or not 1 <= value <= MOST_CALLS:
        raise FieldError(f"The value must be a whole number from 1 to {MOST_CALLS}.", pointer="#/value")
    if (
        not isinstance(tenant_id, str)
        or len(tenant_id) > _LONGEST_TENANT
        or (tenant_id and not tenant_id.isprintable())
    ):
        raise FieldError(f"The tenant must be a text of 1 to {_LONGEST_TENANT} characters.", pointer="#/tenant_id")
    if tenant_id and not name.endswith(".at_once"):
        raise FieldError(
            f"{name} is a limit of all tenants together.",
            pointer="#/tenant_id",
            hint="A tenant can have a limit of calls at once.",
        )
    return value, tenant_id


def _body(request: Request) -> dict[str, Any]:
    request.max_content_length = _MAX_BODY_BYTES
    body = request.get_json(silent=True) if request.mimetype == "application/json" else None
    if not isinstance(body, dict):
        raise FieldError("The body must be a JSON object.", pointer="#", hint='For example {"value": 8}.')
    return body
