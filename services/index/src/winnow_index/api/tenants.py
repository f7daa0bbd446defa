"""Routes of what tenants store and spend, and of their quotas."""

from flask import Flask

from winnow_contracts.errors import BadInput
from winnow_contracts.index_api import tenants as asked
from winnow_contracts.index_api.tenants import StorageView, StoredFile, Tenants, TenantUsage
from winnow_index.api.request_args import body, needed, text
from winnow_index.api.serving import serves
from winnow_index.control.tenants import TenantUsages


def add(app: Flask, tenants: TenantUsages) -> None:
    """Add the routes."""

    @serves(app, asked.ReadStorage)
    def storage() -> StorageView:
        return tenants.storage(needed("tenant_id"))

    @serves(app, asked.ReadTenant)
    def tenant() -> TenantUsage:
        return tenants.of(needed("tenant_id"))

    @serves(app, asked.ListTenants)
    def every_tenant() -> Tenants:
        return tenants.all()

    @serves(app, asked.SetQuota)
    def set_quota() -> TenantUsage:
        given = body()
        quota_bytes = given.get("quota_bytes")
        if type(quota_bytes) is not int or not 0 <= quota_bytes <= asked.MOST_QUOTA_BYTES:
            message = f"quota_bytes must be a whole number from 0 to {asked.MOST_QUOTA_BYTES}."
            raise BadInput(message, code="invalid-field")
        return tenants.set_quota(text(given, "tenant_id"), quota_bytes, text(given, "who"))

    @serves(app, asked.LiftQuota)
    def lift_quota() -> TenantUsage:
        given = body()
        return tenants.lift_quota(text(given, "tenant_id"), text(given, "who"))

    @serves(app, asked.FindStoredFile)
    def stored_file() -> StoredFile:
        return tenants.file(needed("tenant_id"), needed("kind"), needed("sha256"))
