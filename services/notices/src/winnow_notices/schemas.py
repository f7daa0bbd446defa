"""JSON Schemas of webhooks, their deliveries, and events."""

from winnow_contracts.index_api.webhook_deliveries import DeliveryState
from winnow_contracts.webhooks import WebhookEvent
from winnow_gateway.api.schema_parts import (
    COUNT,
    FLAG,
    INSTANT,
    JOB_STATUS,
    TEXT,
    Schema,
    list_of,
    object_of,
    or_null,
    ref,
)

EVENT: Schema = {"type": "string", "enum": [event.value for event in WebhookEvent]}
_WEBHOOK = {
    "webhook_id": TEXT,
    "url": TEXT,
    "types": list_of(EVENT),
    "description": TEXT,
    "created_at": INSTANT,
    "disabled_because": TEXT,
    "old_secret_until": or_null("string"),
}
_DELIVERY = {
    "delivery_id": TEXT,
    "webhook_id": TEXT,
    "type": TEXT,
    "media_id": or_null("string"),
    "job_id": or_null("string"),
    "state": {"type": "string", "enum": [state.value for state in DeliveryState]},
    "tries": COUNT,
    "created_at": INSTANT,
    "tried_at": or_null("string"),
    "next_at": or_null("string"),
    "status": or_null("integer"),
    "error": TEXT,
    "work_id": TEXT,
}
_JOB_EVENT = {
    "id": or_null("string"),
    "event": {"type": "string", "enum": ["status", "stage", "progress", "reset", "live"]},
    "job_id": or_null("string"),
    "media_id": or_null("string"),
    "run": or_null("integer"),
    "status": {"type": ["string", "null"], "enum": [*JOB_STATUS["enum"], None]},
    "stage": or_null("string"),
    "progress": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
    "at": INSTANT,
}
SCHEMAS: dict[str, Schema] = {
    "JobEvent": object_of(_JOB_EVENT),
    "JobEvents": object_of({"items": list_of(ref("JobEvent")), "position": TEXT, "more": FLAG, "reset": FLAG}),
    "Webhook": object_of(_WEBHOOK),
    "Webhooks": object_of({"items": list_of(ref("Webhook"))}),
    "WebhookWithSecret": object_of(_WEBHOOK, {"secret": TEXT}),
    "Delivery": object_of(_DELIVERY),
    "Deliveries": object_of({"items": list_of(ref("Delivery")), "next_cursor": or_null("string")}),
}
