"""Index's answers about webhooks, as the JSON of the contract's dataclasses."""

from typing import Any

from winnow_contracts.index_api.webhook_deliveries import DeliveryState, DeliveryView
from winnow_contracts.index_api.webhooks import WebhookView
from winnow_contracts.json_codec import to_json

from .index_answers import JOB_ID, MEDIA_ID

WEBHOOK_ID = "wh_01234567-89ab-7def-8123-456789abcdef"
DELIVERY_ID = "dlv_01234567-89ab-7def-8123-456789abcdef"
SECRET = "whsec_c2VjcmV0"
_AT = "2026-11-21T04:00:00.000Z"
_WEBHOOK = WebhookView(
    webhook_id=WEBHOOK_ID,
    url="https://example.org/hook",
    types=("media.ready", "photo.classified"),
    description="mine",
    created_at=_AT,
    disabled_because="",
    old_secret_until=None,
)
_DELIVERY = DeliveryView(
    delivery_id=DELIVERY_ID,
    webhook_id=WEBHOOK_ID,
    type="media.ready",
    media_id=MEDIA_ID,
    job_id=JOB_ID,
    state=DeliveryState.FAILED,
    tries=10,
    created_at=_AT,
    tried_at=_AT,
    next_at=None,
    status=500,
    error="",
    work_id=JOB_ID,
)


def webhook_view(**changes: Any) -> dict[str, Any]:
    """A webhook that is on."""
    return {**to_json(_WEBHOOK), **changes}


def delivery_view(**changes: Any) -> dict[str, Any]:
    """A delivery that failed."""
    return {**to_json(_DELIVERY), **changes}
