"""Requests about tenants: what each stores and spends, how much it may store, and which of its media has a file."""

from dataclasses import dataclass
from typing import ClassVar

from winnow_contracts.internal_api import HttpRoute, IndexRequest

MOST_QUOTA_BYTES = 1 << 53
"""Every JSON reader can tell this number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageView:
    """Bytes that a tenant stores and may store; without a quota (None) nothing is counted, and 0 told."""

    stored_bytes: int
    quota_bytes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantUsage:
    """What a tenant stores, asks and spends.

    ``stored_bytes`` are those of the files that were sent and are still there; what Winnow made of them is not in it.
    ``quota_bytes`` None: as much as the tenant wants. ``month`` is this one (``2026-11``, UTC), in which its keys made
    ``requests``, as far as gateways told, and AI calls cost ``spent_usd``; ``budget_usd`` is what they may cost a day,
    0 for no limit. ``quota_set_at`` is RFC 3339 in UTC.
    """

    tenant_id: str
    stored_bytes: int
    quota_bytes: int | None
    quota_set_by: str | None
    quota_set_at: str | None
    recordings: int
    photos: int
    month: str
    requests: int
    spent_usd: float
    budget_usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenants:
    """Every tenant that has a key, stores something, spent something or asked this month, or has a quota; by name."""

    items: tuple[TenantUsage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A media that has a file, and the job that made it. Both are None if there is none."""

    media_id: str | None
    job_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadStorage(IndexRequest[StorageView]):
    """Request how much a tenant stores and may store."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/tenants/storage")

    tenant_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTenant(IndexRequest[TenantUsage]):
    """Request what a tenant stores and spends; zeros for one that nobody knows."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/tenants/usage")

    tenant_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListTenants(IndexRequest[Tenants]):
    """Request the usage of all tenants."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/tenants")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetQuota(IndexRequest[TenantUsage]):
    """Set how many bytes a tenant may store, for the key ``who``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("PUT", "/internal/v1/tenants/quota")

    tenant_id: str
    quota_bytes: int
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftQuota(IndexRequest[TenantUsage]):
    """Let a tenant store as much as it wants, for the key ``who``."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("DELETE", "/internal/v1/tenants/quota")

    tenant_id: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindStoredFile(IndexRequest[StoredFile]):
    """Request the newest media of a tenant that was made of a file with this hash (SHA-256, hex) and did not fail."""

    ROUTE: ClassVar[HttpRoute] = HttpRoute("GET", "/internal/v1/tenants/files")

    tenant_id: str
    kind: str
    sha256: str


REQUESTS = (ReadStorage, ReadTenant, ListTenants, SetQuota, LiftQuota, FindStoredFile)
