"""/v1/ops/keys…: the API keys of all tenants; creates and revokes them. A secret is in one answer alone."""

from flask import Response

from winnow_contracts import api_keys
from winnow_contracts.index_api.keys import ListKeys, RevokeKey
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.clients.key_views import public_key
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer
from winnow_ops.new_keys import FORM, new_key, read_form


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operations on keys."""
    index = parts.index

    def page(call: Call) -> Response:
        found = sorted(index.ask(ListKeys()).keys, key=lambda key: (-key.created_ms, key.key_id))
        return json_answer({"items": [public_key(key) for key in found]})

    def create(call: Call) -> Response:
        key = api_keys.generate()
        asked = new_key(read_form(call.request), key, call.tenant_id, call.principal.key_id)
        return json_answer({**public_key(index.ask(asked)), "key": key.text()}, 201)

    def revoke(call: Call) -> Response:
        revoked = index.ask(RevokeKey(key_id=call.path["key_id"], who=call.principal.key_id))
        return json_answer(public_key(revoked))

    key = {"application/json": ref("ApiKey")}
    return (
        Operation(
            name="list_keys",
            method="GET",
            path="/v1/ops/keys",
            about="Every API key, the newest first, revoked and expired ones too: whose it is, what it may do, when it"
            " was last used (up to three minutes behind). No secret and no hash of one.",
            handler=page,
            scope="admin",
            answers=(ApiAnswer(status=200, about="All.", content={"application/json": ref("ApiKeys")}),),
            problems=("unavailable",),
        ),
        Operation(
            name="create_key",
            method="POST",
            path="/v1/ops/keys",
            about="Create a key, by default for the caller's tenant and without an end. key is the whole key: it is in"
            " this answer alone, as only its hash is kept: a repeat by Idempotency-Key lacks it. It is good everywhere"
            " within two seconds.",
            handler=create,
            scope="admin",
            body={"application/json": FORM},
            example={"name": "a script", "scopes": ["read", "write"]},
            answers=(ApiAnswer(status=201, about="It, with its secret.", content=key),),
            problems=("not-ready", "too-large", "unavailable"),
            shown_once=("key",),
        ),
        Operation(
            name="revoke_key",
            method="POST",
            path="/v1/ops/keys/{key_id}/revoke",
            about="Refuse a key for good, its sessions too, at every gateway within five seconds. None revokes itself.",
            handler=revoke,
            scope="admin",
            answers=(ApiAnswer(status=200, about="It is revoked.", content=key),),
            problems=("not-found", "not-ready", "unavailable"),
        ),
    )
