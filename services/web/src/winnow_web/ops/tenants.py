"""``/ops/tenants``: what each tenant stores and spends; sets how much a tenant may store, while everything runs."""

import shlex

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from winnow_contracts.errors import BadInput
from winnow_contracts.index_api.tenants import MOST_QUOTA_BYTES, LiftQuota, ListTenants, SetQuota
from winnow_gateway.dependencies import Dependencies
from winnow_web.ops.frame import Operators, OpsPage
from winnow_web.words import size

PATH = "/ops/tenants"


def add_pages(blueprint: Blueprint, operators: Operators, parts: Dependencies) -> None:
    """Adds the page and the forms ``quota`` and ``lift`` below it."""

    @blueprint.get(PATH)
    def ops_tenants() -> str:
        operators.reader()
        tenants = parts.index.ask(ListTenants()).items
        lifting = [(one, f"./winnow tenants lift {shlex.quote(one.tenant_id)}") for one in tenants]
        return render_template("web/ops/tenants.html", tenants=lifting, most=MOST_QUOTA_BYTES)

    @blueprint.post(f"{PATH}/quota")
    def ops_set_quota() -> Response:
        actor, tenant_id = operators.actor(), _tenant()
        quota_bytes = request.form.get("quota_bytes", type=int)
        if quota_bytes is None or not 0 <= quota_bytes <= MOST_QUOTA_BYTES:
            message = f"The quota must be a whole number of bytes from 0 to {MOST_QUOTA_BYTES}."
            raise BadInput(message, code="invalid-field")
        parts.index.ask(SetQuota(tenant_id=tenant_id, quota_bytes=quota_bytes, who=actor.key_id))
        flash(f"{tenant_id} may store {size(quota_bytes)}: every gateway keeps to it within seconds.")
        return redirect(PATH, 303)

    @blueprint.post(f"{PATH}/lift")
    def ops_lift_quota() -> Response:
        actor, tenant_id = operators.actor(), _tenant()
        parts.index.ask(LiftQuota(tenant_id=tenant_id, who=actor.key_id))
        flash(f"{tenant_id} may store as much as it wants.")
        return redirect(PATH, 303)


def _tenant() -> str:
    """The tenant that the form names. Raises BadInput."""
    tenant_id = request.form.get("tenant_id", "").strip()[:200]
    if not tenant_id or not tenant_id.isprintable():
        raise BadInput("The tenant must be named.", code="invalid-field")
    return tenant_id


PAGE = OpsPage(title="Tenants", path=PATH, add=add_pages)
