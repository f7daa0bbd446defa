"""Requests about the API keys that index keeps for the gateway."""

from dataclasses import dataclass, field
from typing import ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyView:
    """One API key, with the hash of its secret. Times are Unix milliseconds.

    ``expires_ms`` is None for a key that never expires. ``used_ms`` is when it was last used, up to three minutes
    behind, and None if it never was.
    """

    key_id: str
    secret_sha256: str
    tenant_id: str
    scopes: tuple[str, ...]
    name: str
    revoked: bool
    created_ms: int = 0
    expires_ms: int | None = None
    revoked_ms: int | None = None
    used_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Every key, also revoked ones."""

    keys: tuple[KeyView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListKeys(IndexRequest[Keys]):
    """Request all keys."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/keys")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateKey(IndexRequest[KeyView]):
    """Keep a new key for the key ``who``. Its secret stays with the sender: index gets the hash alone.

    Refused with ``not-ready`` where another key has this id.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/keys")

    key_id: str
    secret_sha256: str
    tenant_id: str
    scopes: tuple[str, ...]
    name: str
    who: str
    expires_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeKey(IndexRequest[KeyView]):
    """Revoke a key for the key ``who``; one that is revoked already stays so.

    Refused with ``not-found``, and with ``not-ready`` where ``who`` is the key itself.
    """

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/keys/{key_id}/revoke")

    key_id: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUsesNoted:
    """How many keys' last use index wrote down: it does so at most once a minute for each."""

    written: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteKeyUses(IndexRequest[KeyUsesNoted]):
    """Tell when keys were last used, Unix milliseconds by key id, and how many requests each made since last told."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("POST", "/internal/v1/keys/uses")

    used: dict[str, int]
    requests: dict[str, int] = field(default_factory=dict)


REQUESTS = (ListKeys, CreateKey, RevokeKey, NoteKeyUses)
