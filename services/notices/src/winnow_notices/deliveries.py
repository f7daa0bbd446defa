"""/v1/webhooks/…/deliveries: what webhooks were told, a test, and to send again what ended."""

from flask import Response

from winnow_base.http.internal_clients import IndexClient
from winnow_contracts.index_api.webhook_deliveries import ListDeliveries, ReplayDelivery, SendTestEvent
from winnow_gateway.api.list_filters import CURSOR, LIMIT
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer
from winnow_journal.codec import plain


def operations(index: IndexClient) -> tuple[Operation, ...]:
    """The operations on deliveries."""

    def page(call: Call) -> Response:
        asked = ListDeliveries(tenant_id=call.tenant_id, webhook_id=call.path["webhook_id"], **call.query)
        return json_answer(plain(index.ask(asked)))

    def test(call: Call) -> Response:
        asked = SendTestEvent(tenant_id=call.tenant_id, webhook_id=call.path["webhook_id"])
        return json_answer(plain(index.ask(asked)), 202)

    def replay(call: Call) -> Response:
        asked = ReplayDelivery(tenant_id=call.tenant_id, delivery_id=call.path["delivery_id"])
        return json_answer(plain(index.ask(asked)), 202)

    delivery = {"application/json": ref("Delivery")}
    return (
        Operation(
            name="list_webhook_deliveries",
            method="GET",
            path="/v1/webhooks/{webhook_id}/deliveries",
            about="What it was told, the newest first: state, tries, the receiver's last status, when the next try is.",
            handler=page,
            query=(LIMIT, CURSOR),
            answers=(ApiAnswer(status=200, about="A page.", content={"application/json": ref("Deliveries")}),),
            problems=("invalid-cursor", "not-found", "unavailable"),
        ),
        Operation(
            name="test_webhook",
            method="POST",
            path="/v1/webhooks/{webhook_id}/test",
            about="Send it an event of the type webhook.test, whichever types it wants.",
            handler=test,
            scope="write",
            answers=(ApiAnswer(status=202, about="It is on its way.", content=delivery),),
            problems=("not-found", "unavailable"),
        ),
        Operation(
            name="replay_webhook_delivery",
            method="POST",
            path="/v1/webhooks/deliveries/{delivery_id}/replay",
            about="Send an event again that was delivered or has failed, with the same webhook-id.",
            handler=replay,
            scope="write",
            answers=(ApiAnswer(status=202, about="It is on its way.", content=delivery),),
            problems=("not-found", "not-ready", "unavailable"),
        ),
    )
