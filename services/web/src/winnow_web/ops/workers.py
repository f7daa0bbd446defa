"""``/ops/workers``: which nodes live, what they do and how often they succeed."""

from flask import Blueprint, render_template

from winnow_contracts.heartbeats import NodeState
from winnow_contracts.index_api.workers import ListWorkers
from winnow_gateway.dependencies import Dependencies
from winnow_web.ops.frame import Operators, OpsPage

PATH = "/ops/workers"
_ORDER = (NodeState.SILENT, NodeState.ONLINE, NodeState.OFFLINE)


def add_pages(blueprint: Blueprint, operators: Operators, parts: Dependencies) -> None:
    """Adds the page."""

    @blueprint.get(PATH)
    def ops_workers() -> str:
        operators.reader()
        found = parts.index.ask(ListWorkers()).items
        workers = sorted(found, key=lambda one: (_ORDER.index(one.state), one.service, one.node))
        return render_template("web/ops/workers.html", workers=workers, states=[state.value for state in _ORDER])


PAGE = OpsPage(title="Workers", path=PATH, add=add_pages)
