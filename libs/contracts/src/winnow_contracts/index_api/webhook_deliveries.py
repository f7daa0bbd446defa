"""Requests about the deliveries of webhooks: an account's, and those of ai, which delivers."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest


class DeliveryState(StrEnum):
    """How far a delivery is."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    """After the last try, or because its webhook takes nothing any more."""
    CANCELLED = "cancelled"
    """An operator ended its job."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryView:
    """One event on its way to one webhook. Times are RFC 3339 in UTC.

    ``media_id`` and ``job_id`` are what the event is about, None for a test. ``tries`` counts those since it was last
    sent again; ``status`` is the receiver's last HTTP status, ``error`` why there was none. ``work_id`` is the job that
    delivers it.
    """

    delivery_id: str
    webhook_id: str
    type: str
    media_id: str | None
    job_id: str | None
    state: DeliveryState
    tries: int
    created_at: str
    tried_at: str | None
    next_at: str | None
    status: int | None
    error: str
    work_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """A page, the newest first. ``next_cursor`` is None on the last one."""

    items: tuple[DeliveryView, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendTestEvent(IndexRequest[DeliveryView]):
    """Send a webhook an event of the type ``webhook.test``. Refused with ``not-found``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/webhooks/{webhook_id}/test")

    tenant_id: str
    webhook_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDeliveries(IndexRequest[Deliveries]):
    """Request a page of a webhook's deliveries. Refused with ``not-found``, and ``invalid-cursor``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/webhooks/{webhook_id}/deliveries")

    tenant_id: str
    webhook_id: str
    limit: int = 20
    cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayDelivery(IndexRequest[DeliveryView]):
    """Send an event again that was delivered or has failed, from its first try on, with the same id.

    Refused with ``not-found``, and with ``not-ready`` while it is on its way.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/webhook-deliveries/{delivery_id}/replay")

    tenant_id: str
    delivery_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NextTry:
    """What ai is to do with a delivery: post ``body`` to ``url`` if there is one, else wait, else nothing any more.

    ``body`` is the same at each try, and so are its bytes. ``secrets`` sign it, the newest first. ``number`` counts the
    tries, from 1. ``wait_seconds`` is None if the delivery has ended.
    """

    number: int = 0
    url: str = field(default="", repr=False)
    body: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    wait_seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeDelivery(IndexRequest[NextTry]):
    """Ask what ``node`` is to do now in this run of the delivery's job. If nothing is any more, the job is done.

    A try that another node makes is waited for; one without a name waits for others, and nobody for it.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/webhook-deliveries/{delivery_id}/take")

    delivery_id: str
    run: int
    node: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTry(IndexRequest[NextTry]):
    """Tell how the try ``number`` went: the receiver's HTTP ``status``, or the ``error`` why there is none.

    ``retry_after_seconds`` is the wait that the receiver asked for, 0 if none. The answer says how long to wait, if
    there is a next try. Telling it twice changes nothing.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/webhook-deliveries/{delivery_id}/tries")

    delivery_id: str
    run: int
    number: int
    status: int | None
    error: str
    retry_after_seconds: float


REQUESTS = (SendTestEvent, ListDeliveries, ReplayDelivery, TakeDelivery, NoteTry)
