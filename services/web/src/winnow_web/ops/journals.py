"""``/ops/journals``: every node's journal, how far index has applied it, and whether it is lost."""

from datetime import UTC, datetime

from flask import Blueprint, render_template

from winnow_contracts.index_api.operators import CountOddAttempts, ListJournals
from winnow_gateway.dependencies import Dependencies
from winnow_ops import silence
from winnow_web.ops.frame import Operators, OpsPage

PATH = "/ops/journals"
_ORDER = ("silent", "in use", "replaced")


def add_pages(blueprint: Blueprint, operators: Operators, parts: Dependencies) -> None:
    """Adds the page."""

    @blueprint.get(PATH)
    def ops_journals() -> str:
        operators.reader()
        now = datetime.now(UTC)
        journals = [(silence.state(one, now), one) for one in parts.index.ask(ListJournals()).items]
        journals.sort(key=lambda pair: (_ORDER.index(pair[0]), pair[1].service, pair[1].node))
        odd = parts.index.ask(CountOddAttempts())
        return render_template("web/ops/journals.html", journals=journals, odd=odd)


PAGE = OpsPage(title="Journals", path=PATH, add=add_pages)
