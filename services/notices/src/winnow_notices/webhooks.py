"""/v1/webhooks…: an account's webhooks (Standard Webhooks). A secret is in the answer that made it alone."""

from typing import Any

from flask import Response

from winnow_base.http.internal_clients import IndexClient
from winnow_contracts.index_api.webhooks import (
    ChangeWebhook,
    CreateWebhook,
    DeleteWebhook,
    ListWebhooks,
    ReadWebhook,
    RotateSecret,
    WebhookWithSecret,
)
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer
from winnow_journal.codec import plain
from winnow_notices.webhook_forms import CHANGE, CREATION, read_fields

_ADDRESS = "/v1/webhooks"
_ONE = "/v1/webhooks/{webhook_id}"


def operations(index: IndexClient) -> tuple[Operation, ...]:
    """The operations on webhooks."""

    def page(call: Call) -> Response:
        return json_answer(plain(index.ask(ListWebhooks(tenant_id=call.tenant_id))))

    def one(call: Call) -> Response:
        return json_answer(plain(index.ask(ReadWebhook(tenant_id=call.tenant_id, webhook_id=call.path["webhook_id"]))))

    def create(call: Call) -> Response:
        fields = {"description": "", **read_fields(call.request, CREATION)}
        made = index.ask(CreateWebhook(tenant_id=call.tenant_id, who=call.principal.key_id, **fields))
        return json_answer(_with_secret(made), 201, {"Location": f"{_ADDRESS}/{made.webhook.webhook_id}"})

    def change(call: Call) -> Response:
        fields = read_fields(call.request, CHANGE)
        return json_answer(plain(index.ask(ChangeWebhook(**_named(call), **fields))))

    def delete(call: Call) -> Response:
        index.ask(DeleteWebhook(**_named(call)))
        return Response(status=204)

    def rotate(call: Call) -> Response:
        return json_answer(_with_secret(index.ask(RotateSecret(**_named(call)))))

    webhook = {"application/json": ref("Webhook")}
    fresh = {"application/json": ref("WebhookWithSecret")}
    return (
        Operation(
            name="list_webhooks",
            method="GET",
            path=_ADDRESS,
            about="The webhooks of the caller's account, the newest first.",
            handler=page,
            answers=(ApiAnswer(status=200, about="All.", content={"application/json": ref("Webhooks")}),),
            problems=("unavailable",),
        ),
        Operation(
            name="create_webhook",
            method="POST",
            path=_ADDRESS,
            about="Tell an address of events, from now on. secret signs each delivery; it is in this answer alone, and"
            " a repeat by Idempotency-Key lacks it.",
            handler=create,
            scope="write",
            body={"application/json": CREATION},
            example={"url": "https://example.org/hook", "types": ["media.ready", "media.failed"]},
            answers=(ApiAnswer(status=201, about="It, with its secret.", content=fresh, headers=("Location",)),),
            problems=("not-ready", "too-large", "unavailable"),
            shown_once=("secret",),
        ),
        Operation(
            name="get_webhook",
            method="GET",
            path=_ONE,
            about="One webhook. disabled_because says why nothing is delivered, and is empty while it is.",
            handler=one,
            answers=(ApiAnswer(status=200, about="It.", content=webhook),),
            problems=("not-found", "unavailable"),
        ),
        Operation(
            name="change_webhook",
            method="PATCH",
            path=_ONE,
            about="Change its address, types or description, or switch it off and on.",
            handler=change,
            scope="write",
            body={"application/json": CHANGE},
            example={"types": ["media.failed"], "enabled": True},
            answers=(ApiAnswer(status=200, about="It, as it is now.", content=webhook),),
            problems=("not-found", "too-large", "unavailable"),
        ),
        Operation(
            name="delete_webhook",
            method="DELETE",
            path=_ONE,
            about="Remove it with its secret and its deliveries. What is on its way ends before its next try.",
            handler=delete,
            scope="write",
            answers=(ApiAnswer(status=204, about="It is gone.", content={}),),
            problems=("not-found", "unavailable"),
        ),
        Operation(
            name="rotate_webhook_secret",
            method="POST",
            path=f"{_ONE}/rotate-secret",
            about="Make a new secret, which is in this answer alone. For 24 hours the one before signs beside it.",
            handler=rotate,
            scope="write",
            answers=(ApiAnswer(status=200, about="It, with its new secret.", content=fresh),),
            problems=("not-found", "unavailable"),
            shown_once=("secret",),
        ),
    )


def _named(call: Call) -> dict[str, Any]:
    """Which webhook a call changes, and by whose key."""
    return {"tenant_id": call.tenant_id, "webhook_id": call.path["webhook_id"], "who": call.principal.key_id}


def _with_secret(made: WebhookWithSecret) -> dict[str, object]:
    return {**plain(made.webhook), "secret": made.secret}
