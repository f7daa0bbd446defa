"""``/ops/journals``: every node's journal, how far index has applied it, and whether it is lost."""

from flask import Blueprint, render_template

from winnow_contracts.index_api.operators import CountOddAttempts, JournalSummaryView, ListJournals
from winnow_gateway.dependencies import Dependencies
from winnow_web.ops.frame import Operators, OpsPage

PATH = "/ops/journals"


def add_pages(blueprint: Blueprint, operators: Operators, parts: Dependencies) -> None:
    """Adds the page."""

    @blueprint.get(PATH)
    def ops_journals() -> str:
        operators.reader()
        journals = parts.index.ask(ListJournals()).items
        odd = parts.index.ask(CountOddAttempts())
        return render_template("web/ops/journals.html", journals=sorted(journals, key=_place), odd=odd)


def _place(journal: JournalSummaryView) -> tuple[bool, str, str]:
    """Lost journals come last."""
    return journal.lost_at is not None, journal.service, journal.node


PAGE = OpsPage(title="Journals", path=PATH, add=add_pages)
