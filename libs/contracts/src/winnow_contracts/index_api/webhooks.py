"""Requests about accounts' webhooks, which index keeps."""

from dataclasses import dataclass, field
from typing import ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookView:
    """One webhook, without its secret. Times are RFC 3339 in UTC.

    ``types`` are names of ``WebhookEvent``. ``disabled_because`` says why nothing is delivered, empty while it is.
    ``old_secret_until`` is until when the secret before the present one signs, too.
    """

    webhook_id: str
    url: str
    types: tuple[str, ...]
    description: str
    created_at: str
    disabled_because: str
    old_secret_until: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhooks:
    """All webhooks of a tenant, the newest first."""

    items: tuple[WebhookView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookWithSecret:
    """A webhook and its new secret, which no later answer has."""

    webhook: WebhookView
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDeleted:
    """The webhook that is no more."""

    webhook_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListWebhooks(IndexRequest[Webhooks]):
    """Request a tenant's webhooks."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/webhooks")

    tenant_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadWebhook(IndexRequest[WebhookView]):
    """Request one webhook. Refused with ``not-found``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/webhooks/{webhook_id}")

    tenant_id: str
    webhook_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateWebhook(IndexRequest[WebhookWithSecret]):
    """Keep a new webhook for the key ``who``. Refused with ``not-ready`` where the tenant has as many as it may."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/webhooks")

    tenant_id: str
    url: str
    types: tuple[str, ...]
    description: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeWebhook(IndexRequest[WebhookView]):
    """Change what is not None, for the key ``who``. ``enabled`` false lets nothing be delivered, true lets it again.

    Refused with ``not-found``.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/webhooks/{webhook_id}/change")

    tenant_id: str
    webhook_id: str
    url: str | None = None
    types: tuple[str, ...] | None = None
    description: str | None = None
    enabled: bool | None = None
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteWebhook(IndexRequest[WebhookDeleted]):
    """Remove a webhook with its secret and its deliveries, for the key ``who``. Refused with ``not-found``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/webhooks/{webhook_id}/delete")

    tenant_id: str
    webhook_id: str
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RotateSecret(IndexRequest[WebhookWithSecret]):
    """Give a webhook a new secret, for the key ``who``; the one before signs for a day beside it.

    Refused with ``not-found``.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/webhooks/{webhook_id}/rotate-secret")

    tenant_id: str
    webhook_id: str
    who: str = ""


REQUESTS = (ListWebhooks, ReadWebhook, CreateWebhook, ChangeWebhook, DeleteWebhook, RotateSecret)
