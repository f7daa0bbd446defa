"""Requests about the audit log: what people did, to what, and by whose key."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest


class AuditAction(StrEnum):
    """What people can do that the log tells of."""

    CANCEL = "cancel"
    DELETE = "delete"
    RETRY = "retry"
    REPLAY = "replay"
    REPROCESS = "reprocess"
    DISCARD = "discard"
    PAUSE = "pause"
    RESUME = "resume"
    RESEND = "resend"
    RUN = "run"
    CREATE_KEY = "create_key"
    REVOKE_KEY = "revoke_key"
    SET_LIMIT = "set_limit"
    RESET_LIMIT = "reset_limit"
    CREATE_ACCOUNT = "create_account"
    CHANGE_ACCOUNT = "change_account"
    DISABLE_ACCOUNT = "disable_account"
    ENABLE_ACCOUNT = "enable_account"
    RESET_ACCOUNT = "reset_account"
    END_SESSIONS = "end_sessions"
    SET_QUOTA = "set_quota"
    LIFT_QUOTA = "lift_quota"
    CREATE_WEBHOOK = "create_webhook"
    CHANGE_WEBHOOK = "change_webhook"
    DELETE_WEBHOOK = "delete_webhook"
    ROTATE_SECRET = "rotate_secret"  # noqa: S105 - not a secret
    ADD_FEED = "add_feed"
    CHANGE_FEED = "change_feed"
    REMOVE_FEED = "remove_feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One action, or a whole bulk action. Times are RFC 3339 in UTC.

    ``target`` is the id of a job, media, task, key, webhook or feed, a lane, a schedule, a limit, a tenant, or an
    account's name. Of a bulk action it is empty, and ``filter`` says which tasks or media it was about. ``done`` and
    ``refused`` count tasks, jobs or media, and rise until ``ended_at``.
    """

    audit_id: int
    at: str
    key_id: str
    key_name: str
    action: AuditAction
    target: str
    filter: dict[str, Any] | None
    done: int
    refused: int
    ended_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """Entries, newest first; ``next_before`` is the next page's ``before_id``, None on the last page."""

    items: tuple[AuditEntry, ...]
    next_before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """The number of the entry."""

    audit_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAudit(IndexRequest[AuditPage]):
    """Request a page of the log, of one action or key or of all."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/audit")

    limit: int = 20
    before_id: int | None = None
    action: str | None = None
    key_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAction(IndexRequest[Noted]):
    """Note what the key ``who`` does to ``target``, before it is done: for what index itself does not do."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/audit")

    who: str
    action: AuditAction
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginBulk(IndexRequest[Noted]):
    """Note that the key ``who`` begins to do ``action`` to every task or media that matches ``filter``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/audit/bulk")

    who: str
    action: AuditAction
    filter: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountBulk(IndexRequest[Noted]):
    """Add to the counts of the bulk action that ``who`` began; ``ended``: nothing of it is left to do.

    Refused with ``not-found`` where there is none that goes on.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/audit/bulk/{audit_id}")

    audit_id: str
    who: str
    done: int
    refused: int
    ended: bool


REQUESTS = (ListAudit, NoteAction, BeginBulk, CountBulk)
