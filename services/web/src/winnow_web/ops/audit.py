"""``/ops/audit``: what people did to jobs, tasks, lanes and schedules, when, and by whose key."""

from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from winnow_contracts.index_api.audit import AuditAction, ListAudit
from winnow_gateway.dependencies import Dependencies
from winnow_web.ops.frame import Operators, OpsPage

PATH = "/ops/audit"
_PAGE_ITEMS = 25


def add_pages(blueprint: Blueprint, operators: Operators, parts: Dependencies) -> None:
    """Adds the page."""

    @blueprint.get(PATH)
    def ops_audit() -> str:
        operators.reader()
        asked = request.args.get("action", "")
        action = asked if asked in list(AuditAction) else None
        before = request.args.get("before", "")
        before_id = int(before) if before.isascii() and before.isdecimal() and len(before) <= 18 else None
        page = parts.index.ask(ListAudit(limit=_PAGE_ITEMS, action=action, before_id=before_id))
        older = {"before": page.next_before, **({"action": action} if action else {})}
        return render_template(
            "web/ops/audit.html",
            entries=page.items,
            older=urlencode(older) if page.next_before is not None else "",
            action=action,
            actions=list(AuditAction),
        )


PAGE = OpsPage(title="Audit", path=PATH, add=add_pages)
