"""``/usage``: what an account stores and may store, and what its AI calls cost this month."""

from flask import Blueprint, render_template

from winnow_contracts.index_api.tenants import ReadTenant
from winnow_gateway.dependencies import Dependencies
from winnow_web.auth import Visitors

PATH = "/usage"


def add_pages(blueprint: Blueprint, visitors: Visitors, parts: Dependencies) -> None:
    """Adds the page."""

    @blueprint.get(PATH)
    def usage() -> str:
        visitor = visitors.current()
        return render_template("web/usage.html", usage=parts.index.ask(ReadTenant(tenant_id=visitor.tenant_id)))
