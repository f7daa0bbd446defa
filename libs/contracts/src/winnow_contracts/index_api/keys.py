"""Requests about the API keys that index keeps for the gateway."""

from dataclasses import dataclass
from typing import ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyView:
    """One API key, with the hash of its secret."""

    key_id: str
    secret_sha256: str
    tenant_id: str
    scopes: tuple[str, ...]
    name: str
    revoked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Every key, also revoked ones."""

    keys: tuple[KeyView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListKeys(IndexRequest[Keys]):
    """Request all keys."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/keys")


REQUESTS = (ListKeys,)
