"""``/ops``: whether all is well, what to do if not, and the figures behind it."""

from datetime import UTC, datetime

from flask import Blueprint, render_template

from winnow_contracts.errors import Unavailable
from winnow_contracts.index_api.operators import ListFindings, ListJournals
from winnow_gateway.clients.pagination import INDEX_DOWN
from winnow_gateway.dependencies import Dependencies
from winnow_web.ops.concerns import concerns, verdict
from winnow_web.ops.frame import ROOT, Operators, OpsPage
from winnow_web.ops.silence import lately_silent


def add_pages(blueprint: Blueprint, operators: Operators, parts: Dependencies) -> None:
    """Adds ``/ops``. It is served while index or the broker is away, and then says so."""

    @blueprint.get(ROOT)
    def ops_overview() -> str:
        operators.reader()
        lanes = parts.operator_reads.lanes()
        degraded = list(lanes["degraded"])
        try:
            findings = parts.index.ask(ListFindings()).items
            silent = lately_silent(parts.index.ask(ListJournals()).items, datetime.now(UTC))
        except Unavailable:
            findings, silent = (), []
            degraded = list(dict.fromkeys((INDEX_DOWN, *degraded)))
        found = concerns(findings, silent, lanes["items"], degraded)
        return render_template("web/ops/overview.html", verdict=verdict(found), concerns=found, lanes=lanes["items"])


PAGE = OpsPage(title="Overview", path=ROOT, add=add_pages)
