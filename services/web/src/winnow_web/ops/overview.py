"""``/ops``: whether all is well, what to do if not, and the figures and plots behind it."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, render_template, request

from winnow_base.http.internal_clients import IndexClient
from winnow_contracts.envelope import now_ms
from winnow_contracts.errors import Unavailable
from winnow_contracts.index_api.activity import ReadActivity
from winnow_contracts.index_api.lanes import ListLaneStats
from winnow_contracts.index_api.usage import ListSpentDays
from winnow_gateway.dependencies import Dependencies
from winnow_ops.overview import overview
from winnow_web.ops.activity_plots import failures, runs, throughput, waits
from winnow_web.ops.costs import spent_plot
from winnow_web.ops.frame import ROOT, Operators, OpsPage
from winnow_web.ops.lane_plots import SLICES, depths
from winnow_web.ops.plot_drawing import draw

SPANS = {"hour": 60, "day": 1440}
"""The spans of time that the page offers, in minutes."""


def add_pages(blueprint: Blueprint, operators: Operators, parts: Dependencies) -> None:
    """Adds ``/ops``. It is served while index or the broker is away, and then says so."""

    @blueprint.get(ROOT)
    def ops_overview() -> str:
        operators.reader()
        span = request.args.get("span", "hour")
        span = span if span in SPANS else "hour"
        seen, figures = overview(parts), None
        # Without index there are no figures, and the overview says so.
        with suppress(Unavailable):
            figures = _figures(parts.index, SPANS[span])
        return render_template(
            "web/ops/overview.html",
            verdict=seen.verdict,
            concerns=seen.concerns,
            waiting=[lane["ready"] for lane in seen.lanes],
            figures=figures,
            span=span,
            spans=list(SPANS),
        )


def _figures(index: IndexClient, minutes: int) -> dict[str, Any]:
    """What the page counts and draws. Raises Unavailable."""
    activity = index.ask(ReadActivity(minutes=minutes))
    stats = index.ask(ListLaneStats(minutes=minutes, slice_minutes=minutes // SLICES))
    plots = (throughput(activity), failures(activity), depths(stats, minutes, now_ms()))
    oldest_ms = activity.oldest_waiting_ms
    return {
        "completed": sum(one.completed for one in activity.slices),
        "dead": sum(one.dead for one in activity.slices),
        "oldest_seconds": None if oldest_ms is None else max(0, (now_ms() - oldest_ms) / 1000),
        "plots": [draw(plot) for plot in (*plots, spent_plot(index.ask(ListSpentDays())))],
        "waits": waits(activity.actors),
        "runs": runs(activity.actors),
    }


PAGE = OpsPage(title="Overview", path=ROOT, add=add_pages)
