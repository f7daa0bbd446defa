"""``/webhooks``: an account's webhooks, and below it one with its deliveries; makes, tests and removes them."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from winnow_contracts.index_api.webhook_deliveries import ListDeliveries, ReplayDelivery, SendTestEvent
from winnow_contracts.index_api.webhooks import (
    ChangeWebhook,
    CreateWebhook,
    DeleteWebhook,
    ListWebhooks,
    ReadWebhook,
    RotateSecret,
)
from winnow_contracts.webhooks import WebhookEvent
from winnow_gateway import sessions
from winnow_gateway.clients.keys import Principal
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import check_path
from winnow_notices.webhook_forms import check_fields
from winnow_web.auth import Visitors
from winnow_web.steering_forms import LONGEST_BODY_BYTES

PATH = "/webhooks"
_PAGE_ITEMS = 50


def add_pages(blueprint: Blueprint, visitors: Visitors, parts: Dependencies) -> None:
    """Adds both pages, and the forms ``create``, ``<webhook_id>/VERB`` and ``deliveries/<delivery_id>/replay``."""
    index = parts.index

    def listed(visitor: Principal, secret: str = "") -> str:
        webhooks = index.ask(ListWebhooks(tenant_id=visitor.tenant_id)).items
        shown = {"webhooks": webhooks, "types": list(WebhookEvent), "secret": secret}
        return render_template("web/webhooks.html", may_act=visitor.may("write"), **shown)

    def opened(visitor: Principal, webhook_id: str, secret: str = "") -> str:
        check_path({"webhook_id": webhook_id})
        which = {"tenant_id": visitor.tenant_id, "webhook_id": webhook_id}
        webhook = index.ask(ReadWebhook(**which))
        cursor = request.args.get("cursor") or None
        page = index.ask(ListDeliveries(**which, limit=_PAGE_ITEMS, cursor=cursor))
        shown = {"webhook": webhook, "page": page, "first": cursor is None, "secret": secret}
        return render_template("web/webhook.html", may_act=visitor.may("write"), **shown)

    def sender() -> Principal:
        """Who submitted the form of this request. Raises Refused."""
        visitor = visitors.current("write")
        request.max_content_length = LONGEST_BODY_BYTES
        sessions.check_csrf(request.form.get("csrf"))
        return visitor

    @blueprint.get(PATH)
    def webhooks() -> str:
        return listed(visitors.current())

    @blueprint.get(f"{PATH}/<webhook_id>")
    def webhook(webhook_id: str) -> str:
        return opened(visitors.current(), webhook_id)

    @blueprint.post(f"{PATH}/create")
    def create_webhook() -> str:
        visitor = sender()
        texts = {name: request.form.get(name, "").strip() for name in ("url", "description")}
        fields = check_fields({**texts, "types": request.form.getlist("type")})
        made = index.ask(CreateWebhook(tenant_id=visitor.tenant_id, who=visitor.key_id, **fields))
        # Shown by this answer and not after a redirect: no later page could show it.
        return listed(visitor, made.secret)

    @blueprint.post(f"{PATH}/<webhook_id>/rotate")
    def rotate_webhook(webhook_id: str) -> str:
        visitor = sender()
        check_path({"webhook_id": webhook_id})
        made = index.ask(RotateSecret(tenant_id=visitor.tenant_id, webhook_id=webhook_id, who=visitor.key_id))
        return opened(visitor, webhook_id, made.secret)

    @blueprint.post(f"{PATH}/<webhook_id>/<any(test, enable, disable, delete):verb>")
    def steer_webhook(webhook_id: str, verb: str) -> Response:
        visitor = sender()
        check_path({"webhook_id": webhook_id})
        which: dict[str, Any] = {"tenant_id": visitor.tenant_id, "webhook_id": webhook_id}
        match verb:
            case "test":
                index.ask(SendTestEvent(**which))
                flash("A test is on its way.")
            case "delete":
                index.ask(DeleteWebhook(**which, who=visitor.key_id))
                flash("The webhook is gone, and so are its deliveries.")
                return redirect(PATH, 303)
            case _:
                index.ask(ChangeWebhook(**which, enabled=verb == "enable", who=visitor.key_id))
                flash(f"It is {'on' if verb == 'enable' else 'off'}.")
        return redirect(f"{PATH}/{webhook_id}", 303)

    @blueprint.post(f"{PATH}/deliveries/<delivery_id>/replay")
    def replay_delivery(delivery_id: str) -> Response:
        visitor = sender()
        check_path({"delivery_id": delivery_id})
        sent = index.ask(ReplayDelivery(tenant_id=visitor.tenant_id, delivery_id=delivery_id))
        flash(f"{delivery_id} is on its way again.")
        return redirect(f"{PATH}/{sent.webhook_id}", 303)
