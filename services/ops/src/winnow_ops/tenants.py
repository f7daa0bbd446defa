"""/v1/ops/tenants…: what each tenant stores and spends; sets how much a tenant may store, while everything runs."""

from typing import Any

from flask import Request, Response

from winnow_contracts.index_api.tenants import MOST_QUOTA_BYTES, LiftQuota, ListTenants, SetQuota
from winnow_gateway.api.schema_parts import COUNT, TEXT, Schema, ref
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, QueryParameter, json_answer
from winnow_gateway.http.problems import FieldError
from winnow_journal.codec import plain

_MAX_BODY_BYTES = 16_384
_LONGEST_TENANT = 200
_NAME: Schema = {**TEXT, "minLength": 1, "maxLength": _LONGEST_TENANT, "examples": ["default"]}
_FORM: Schema = {
    "type": "object",
    "required": ["tenant_id", "quota_bytes"],
    "properties": {"tenant_id": _NAME, "quota_bytes": {**COUNT, "maximum": MOST_QUOTA_BYTES}},
    "additionalProperties": False,
}
_TENANT = QueryParameter(name="tenant_id", about="Whose quota.", schema=_NAME, needed=True)


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operations on tenants."""
    index = parts.index

    def page(call: Call) -> Response:
        return json_answer(plain(index.ask(ListTenants())))

    def put(call: Call) -> Response:
        tenant_id, quota_bytes = _wanted(call.request)
        asked = SetQuota(tenant_id=tenant_id, quota_bytes=quota_bytes, who=call.principal.key_id)
        return json_answer(plain(index.ask(asked)))

    def lift(call: Call) -> Response:
        asked = LiftQuota(tenant_id=call.query["tenant_id"], who=call.principal.key_id)
        return json_answer(plain(index.ask(asked)))

    usage = {"application/json": ref("Usage")}
    return (
        Operation(
            name="list_tenants",
            method="GET",
            path="/v1/ops/tenants",
            about="What each tenant stores and may store, in bytes of the files that were sent, and what its AI calls"
            " cost this month; each that has a key, a file, a cost this month or a quota.",
            handler=page,
            scope="ops:read",
            answers=(ApiAnswer(status=200, about="All.", content={"application/json": ref("Tenants")}),),
            problems=("unavailable",),
        ),
        Operation(
            name="set_quota",
            method="PUT",
            path="/v1/ops/tenants/quota",
            about="Set how many bytes a tenant may store; every gateway keeps to it within seconds. What is stored"
            " stays.",
            handler=put,
            scope="admin",
            body={"application/json": _FORM},
            example={"tenant_id": "default", "quota_bytes": 20_000_000_000},
            answers=(ApiAnswer(status=200, about="The tenant.", content=usage),),
            problems=("too-large", "unavailable"),
        ),
        Operation(
            name="lift_quota",
            method="DELETE",
            path="/v1/ops/tenants/quota",
            about="Let a tenant store as much as it wants.",
            handler=lift,
            scope="admin",
            query=(_TENANT,),
            answers=(ApiAnswer(status=200, about="The tenant.", content=usage),),
            problems=("unavailable",),
        ),
    )


def _wanted(request: Request) -> tuple[str, int]:
    """Tenant and quota that a body asks for. Raises FieldError."""
    request.max_content_length = _MAX_BODY_BYTES
    body: Any = request.get_json(silent=True) if request.mimetype == "application/json" else None
    if not isinstance(body, dict):
        hint = 'For example {"tenant_id": "acme", "quota_bytes": 1000000000}.'
        raise FieldError("The body must be a JSON object.", pointer="#", hint=hint)
    for name in body.keys() - _FORM["properties"].keys():
        raise FieldError(f"There is no field {name[:60]!r} here.", pointer=f"#/{name[:60]}")
    tenant_id, quota_bytes = body.get("tenant_id"), body.get("quota_bytes")
    if not isinstance(tenant_id, str) or not 1 <= len(tenant_id) <= _LONGEST_TENANT or not tenant_id.isprintable():
        detail = f"The tenant must be a text of 1 to {_LONGEST_TENANT} characters."
        raise FieldError(detail, pointer="#/tenant_id")
    if type(quota_bytes) is not int or not 0 <= quota_bytes <= MOST_QUOTA_BYTES:
        detail = f"The quota must be a whole number of bytes from 0 to {MOST_QUOTA_BYTES}."
        raise FieldError(detail, pointer="#/quota_bytes")
    return tenant_id, quota_bytes
