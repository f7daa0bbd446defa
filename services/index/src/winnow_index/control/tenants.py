"""What tenants store and spend, and the quotas that operators set for what they store."""

from datetime import date
from typing import Any

from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.audit import AuditAction
from winnow_contracts.index_api.tenants import StorageView, StoredFile, Tenants, TenantUsage
from winnow_index.control.audit import note
from winnow_index.database import Database, Transaction
from winnow_index.usage.budgets import Budgets
from winnow_index.usage.usage import day_number, today
from winnow_index.views import instant_or_none


class TenantUsages:
    """Reads usage and sets quotas. All methods raise Unavailable if PostgreSQL does not answer."""

    def __init__(self, database: Database, budgets: Budgets) -> None:
        self._database = database
        self._budgets = budgets

    def storage(self, tenant_id: str) -> StorageView:
        """Bytes that the tenant stores and may store. Without a quota nothing is counted."""
        with self._database.transaction() as transaction:
            row = transaction.row("read_storage", {"tenant_id": tenant_id})
        if row is None:
            return StorageView(stored_bytes=0, quota_bytes=None)
        return StorageView(stored_bytes=int(row["stored_bytes"]), quota_bytes=row["quota_bytes"])

    def of(self, tenant_id: str) -> TenantUsage:
        """The usage of a tenant; zeros if nobody knows it."""
        with self._database.transaction() as transaction:
            return self._read(transaction, tenant_id)[0]

    def all(self) -> Tenants:
        """The usage of every tenant, by name."""
        with self._database.transaction() as transaction:
            return Tenants(items=tuple(self._read(transaction, None)))

    def set_quota(self, tenant_id: str, quota_bytes: int, who: str) -> TenantUsage:
        """Set for the key ``who`` how many bytes the tenant may store."""
        asked = {"tenant_id": tenant_id, "quota_bytes": quota_bytes, "who": who, "now_ms": now_ms()}
        with self._database.transaction() as transaction:
            transaction.run("set_quota", asked)
            note(transaction, who, AuditAction.SET_QUOTA, f"{tenant_id} = {quota_bytes} bytes")
            return self._read(transaction, tenant_id)[0]

    def lift_quota(self, tenant_id: str, who: str) -> TenantUsage:
        """Let the tenant store as much as it wants, for the key ``who``."""
        with self._database.transaction() as transaction:
            if transaction.run("lift_quota", {"tenant_id": tenant_id}):
                note(transaction, who, AuditAction.LIFT_QUOTA, tenant_id)
            return self._read(transaction, tenant_id)[0]

    def file(self, tenant_id: str, kind: str, sha256: str) -> StoredFile:
        """The newest media of the tenant that was made of a file with this hash, if one did not fail."""
        asked = {"tenant_id": tenant_id, "kind": kind, "sha256": sha256}
        with self._database.transaction() as transaction:
            row = transaction.row("find_stored_file", asked)
        return StoredFile(**row) if row is not None else StoredFile(media_id=None, job_id=None)

    def _read(self, transaction: Transaction, tenant_id: str | None) -> list[TenantUsage]:
        first = today().replace(day=1)
        asked = {"tenant_id": tenant_id, "first_day": day_number(first)}
        return [self._usage(row, first) for row in transaction.rows("list_tenants", asked)]

    def _usage(self, row: dict[str, Any], first: date) -> TenantUsage:
        return TenantUsage(
            tenant_id=row["tenant_id"],
            stored_bytes=int(row["stored_bytes"]),
            quota_bytes=row["quota_bytes"],
            quota_set_by=row["quota_set_by"],
            quota_set_at=instant_or_none(row["set_ms"]),
            recordings=row["recordings"],
            photos=row["photos"],
            month=first.strftime("%Y-%m"),
            requests=int(row["requests"]),
            spent_usd=float(row["spent_usd"]),
            budget_usd=self._budgets.limit_usd(row["tenant_id"]),
        )
