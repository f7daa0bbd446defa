"""The routes of webhooks, their deliveries and jobs' changes. Index's internal API finds them by their entry point."""

from typing import Any

from flask import Flask, request

from winnow_contracts.errors import BadInput
from winnow_contracts.index_api.job_changes import JobChanges, ListJobChanges, Position
from winnow_contracts.index_api.webhook_deliveries import (
    Deliveries,
    DeliveryView,
    ListDeliveries,
    NextTry,
    NoteTry,
    ReplayDelivery,
    SendTestEvent,
    TakeDelivery,
)
from winnow_contracts.index_api.webhooks import (
    ChangeWebhook,
    CreateWebhook,
    DeleteWebhook,
    ListWebhooks,
    ReadWebhook,
    RotateSecret,
    WebhookDeleted,
    Webhooks,
    WebhookView,
    WebhookWithSecret,
)
from winnow_contracts.json_codec import from_json
from winnow_contracts.webhooks import WebhookEvent
from winnow_index.api.request_args import body, needed, number, text, whole
from winnow_index.api.serving import serves
from winnow_index.database import Database
from winnow_webhooks.deliveries import DeliveryStore
from winnow_webhooks.job_changes import JobChangeReads
from winnow_webhooks.tries import Tries
from winnow_webhooks.webhooks import WebhookStore


def add(app: Flask, database: Database) -> None:
    """Add the routes."""
    _add_webhooks(app, WebhookStore(database))
    _add_deliveries(app, DeliveryStore(database))
    _add_tries(app, Tries(database))
    _add_changes(app, JobChangeReads(database))


def _add_webhooks(app: Flask, store: WebhookStore) -> None:
    @serves(app, ListWebhooks)
    def page() -> Webhooks:
        return store.all(needed("tenant_id"))

    @serves(app, ReadWebhook)
    def one(webhook_id: str) -> WebhookView:
        return store.one(needed("tenant_id"), webhook_id)

    @serves(app, CreateWebhook, status=201)
    def create() -> WebhookWithSecret:
        given = body()
        for name in ("tenant_id", "url", "who"):
            text(given, name)
        _check_types(given.get("types"))
        return store.create(from_json(CreateWebhook, given))

    @serves(app, ChangeWebhook)
    def change(webhook_id: str) -> WebhookView:
        given = body()
        text(given, "tenant_id")
        if given.get("types") is not None:
            _check_types(given["types"])
        return store.change(from_json(ChangeWebhook, {**given, "webhook_id": webhook_id}))

    @serves(app, DeleteWebhook)
    def delete(webhook_id: str) -> WebhookDeleted:
        given = body()
        text(given, "tenant_id")
        store.delete(from_json(DeleteWebhook, {**given, "webhook_id": webhook_id}))
        return WebhookDeleted(webhook_id=webhook_id)

    @serves(app, RotateSecret)
    def rotate(webhook_id: str) -> WebhookWithSecret:
        given = body()
        text(given, "tenant_id")
        return store.rotate(from_json(RotateSecret, {**given, "webhook_id": webhook_id}))


def _add_deliveries(app: Flask, store: DeliveryStore) -> None:
    @serves(app, ListDeliveries)
    def deliveries(webhook_id: str) -> Deliveries:
        limit = whole("limit", 20, at_least=1, at_most=100)
        return store.page(needed("tenant_id"), webhook_id, limit=limit, cursor=request.args.get("cursor"))

    @serves(app, SendTestEvent, status=201)
    def test(webhook_id: str) -> DeliveryView:
        return store.test(text(body(), "tenant_id"), webhook_id)

    @serves(app, ReplayDelivery)
    def replay(delivery_id: str) -> DeliveryView:
        return store.replay(text(body(), "tenant_id"), delivery_id)


def _add_tries(app: Flask, tries: Tries) -> None:
    @serves(app, TakeDelivery)
    def take(delivery_id: str) -> NextTry:
        given = body()
        _count(given, "run")
        return tries.take(from_json(TakeDelivery, {**given, "delivery_id": delivery_id}))

    @serves(app, NoteTry)
    def note(delivery_id: str) -> NextTry:
        given = body()
        for name in ("run", "number"):
            _count(given, name)
        return tries.note(from_json(NoteTry, {**given, "delivery_id": delivery_id}))


def _add_changes(app: Flask, changes: JobChangeReads) -> None:
    @serves(app, ListJobChanges)
    def job_changes() -> JobChanges:
        after = request.args.get("after")
        return changes.after(needed("tenant_id"), Position.read(after) if after else None)


def _check_types(types: object) -> None:
    known = [event.value for event in WebhookEvent]
    if not isinstance(types, list) or not types or not all(one in known for one in types):
        raise BadInput(f"types must be some of {', '.join(known)}.", code="invalid-field")


def _count(given: dict[str, Any], name: str) -> None:
    number(given, name, over=0, at_most=2**31 - 1)
