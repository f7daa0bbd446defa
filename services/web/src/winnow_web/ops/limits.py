"""``/ops/limits``: limits of calls to AI endpoints: which hold, how much is used; sets them while everything runs."""

import shlex

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import BadInput
from winnow_contracts.index_api.limits import (
    LIMIT_NAMES,
    MOST_CALLS,
    LimitView,
    ListLimitLog,
    ListLimits,
    ResetLimit,
    SetLimit,
)
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import check_path
from winnow_web.ops.frame import Operators, OpsPage
from winnow_web.ops.limit_plots import limit_plots
from winnow_web.ops.plot_drawing import draw

PATH = "/ops/limits"
_MINUTES = 60


def add_pages(blueprint: Blueprint, operators: Operators, parts: Dependencies) -> None:
    """Adds the page and the forms ``set`` and ``<limit>/reset`` below it."""

    @blueprint.get(PATH)
    def ops_limits() -> str:
        operators.reader()
        limits = parts.index.ask(ListLimits()).items
        log = parts.index.ask(ListLimitLog(minutes=_MINUTES)).items
        plots = limit_plots(limits, log, minutes=_MINUTES, until_ms=now_ms())
        return render_template(
            "web/ops/limits.html",
            limits=[(one, _reset_command(one)) for one in limits],
            plots=[draw(plot) for plot in plots],
            refused=sum(one.refused for one in log),
            names=LIMIT_NAMES,
            most=MOST_CALLS,
            minutes=_MINUTES,
        )

    @blueprint.post(f"{PATH}/set")
    def ops_set_limit() -> Response:
        actor = operators.actor()
        name, tenant_id = request.form.get("name", ""), _tenant()
        check_path({"limit": name})
        value = request.form.get("value", type=int)
        if value is None or not 1 <= value <= MOST_CALLS:
            raise BadInput(f"The limit must be a whole number from 1 to {MOST_CALLS}.", code="invalid-field")
        parts.index.ask(SetLimit(name=name, tenant_id=tenant_id, value=value, who=actor.key_id))
        flash(f"{name}{' of ' if tenant_id else ''}{tenant_id} is {value}: the next call of any node keeps to it.")
        return redirect(PATH, 303)

    @blueprint.post(f"{PATH}/<limit>/reset")
    def ops_reset_limit(limit: str) -> Response:
        actor = operators.actor()
        check_path({"limit": limit})
        parts.index.ask(ResetLimit(name=limit, tenant_id=_tenant(), who=actor.key_id))
        flash(f"{limit} is as the nodes were started with it.")
        return redirect(PATH, 303)


def _reset_command(limit: LimitView) -> str:
    tenant = f" --tenant {shlex.quote(limit.tenant_id)}" if limit.tenant_id else ""
    return f"./winnow limits reset {limit.name}{tenant}"


def _tenant() -> str:
    return request.form.get("tenant_id", "").strip()[:200]


PAGE = OpsPage(title="Limits", path=PATH, add=add_pages)
