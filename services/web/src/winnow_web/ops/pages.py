"""The operator's pages in the order of the navigation. A page is there as soon as it stands in ``PAGES``."""

from datetime import UTC, datetime

from flask import Blueprint, g

from winnow_gateway.dependencies import Dependencies
from winnow_web.auth import Visitors
from winnow_web.ops import (
    accounts,
    audit,
    costs,
    dead,
    duplicates,
    journals,
    keys,
    limits,
    overview,
    queues,
    reports,
    schedules,
    statistics,
    tasks,
    tenants,
    words,
    workers,
)
from winnow_web.ops.frame import ACT_SCOPE, Operators, OpsPage

PAGES: tuple[OpsPage, ...] = (
    overview.PAGE,
    statistics.PAGE,
    queues.PAGE,
    tasks.PAGE,
    dead.PAGE,
    duplicates.PAGE,
    schedules.PAGE,
    workers.PAGE,
    journals.PAGE,
    costs.PAGE,
    reports.PAGE,
    limits.PAGE,
    tenants.PAGE,
    audit.PAGE,
    keys.PAGE,
    accounts.PAGE,
)


def add_pages(blueprint: Blueprint, visitors: Visitors, parts: Dependencies) -> None:
    """Adds every page of operators, and what their templates may use."""
    operators = Operators(visitors)
    for page in PAGES:
        page.add(blueprint, operators, parts)
    for name, shown in words.FILTERS.items():
        blueprint.add_app_template_filter(shown, name)
    blueprint.context_processor(_shared)


def _shared() -> dict[str, object]:
    """The pages that the visitor may see, the time in UTC, and whether the visitor may act."""
    visitor = g.get("visitor")
    return {
        "ops_pages": [page for page in PAGES if visitor is not None and visitor.may(page.scope)],
        "as_of": datetime.now(UTC).strftime("%H:%M:%S UTC"),
        "may_act": visitor is not None and visitor.may(ACT_SCOPE),
    }
