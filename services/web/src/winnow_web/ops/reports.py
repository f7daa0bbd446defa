"""``/ops/reports``: the weekly reports side by side as plots, and one in figures beside the week before."""

from flask import Blueprint, render_template

from winnow_contracts.index_api.reports import ListReports, ReadReport
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import check_path
from winnow_web.ops.frame import Operators, OpsPage
from winnow_web.ops.plot_drawing import draw
from winnow_web.ops.report_figures import compared
from winnow_web.ops.report_plots import WEEKS, weekly_plots

PATH = "/ops/reports"


def add_pages(blueprint: Blueprint, operators: Operators, parts: Dependencies) -> None:
    """Adds the list, and a page for each report."""

    @blueprint.get(PATH)
    def ops_reports() -> str:
        operators.reader()
        reports = parts.index.ask(ListReports(limit=WEEKS)).items
        plots = [draw(plot) for plot in weekly_plots(reports)]
        return render_template("web/ops/reports.html", reports=reports, plots=plots)

    @blueprint.get(f"{PATH}/<week>")
    def ops_report(week: str) -> str:
        operators.reader()
        check_path({"week": week})
        report = parts.index.ask(ReadReport(week=week))
        return render_template("web/ops/report.html", report=report, tables=compared(report))


PAGE = OpsPage(title="Reports", path=PATH, add=add_pages)
