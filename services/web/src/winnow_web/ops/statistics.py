"""``/ops/statistics``: what a span of history adds up to, of all work, or of one actor's or tenant's."""

import shlex
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from winnow_contracts.commands import COMMANDS
from winnow_contracts.index_api.statistics import ReadStatistics, Statistics
from winnow_gateway.dependencies import Dependencies
from winnow_web.ops.frame import Operators, OpsPage
from winnow_web.ops.plot_drawing import draw
from winnow_web.ops.plots import Plot, Series
from winnow_web.ops.spans import SPANS, Span, span_of

PATH = "/ops/statistics"
COUNTED = tuple(span for span in SPANS if span.name != "month")
"""All tasks of a span are counted, which takes too long for a page where a month has millions."""


def add_pages(blueprint: Blueprint, operators: Operators, parts: Dependencies) -> None:
    """Adds the page."""

    @blueprint.get(PATH)
    def ops_statistics() -> str:
        operators.reader()
        span = span_of(request.args.get("span"), "day", COUNTED)
        actor = request.args.get("actor")
        tenant_id = request.args.get("tenant_id", "").strip()[:200]
        whose: dict[str, Any] = {"actor": actor if actor in COMMANDS else None, "tenant_id": tenant_id or None}
        stats = parts.index.ask(ReadStatistics(since_ms=span.since_ms(), **whose))
        return render_template(
            "web/ops/statistics.html",
            stats=stats,
            plots=[draw(ended_plot(stats)), draw(times_plot(stats, "wait")), draw(times_plot(stats, "run"))],
            longest_ms=max((one.run_p95_ms or 0.0 for one in stats.actors), default=0.0) or 1.0,
            spans=[(each, urlencode({"span": each.name, **_given(whose)})) for each in COUNTED],
            span=span,
            whose=whose,
            actors=sorted(COMMANDS),
            command=_command(span, whose),
        )


def ended_plot(stats: Statistics) -> Plot:
    """Returns the tasks that ended, by slice of time and state."""
    kinds = (("completed", "completed"), ("failed for good", "dead"), ("cancelled", "cancelled"))
    rows = [Series(label=label, values=tuple(getattr(one, kind) for one in stats.slices)) for label, kind in kinds]
    minutes = stats.slice_seconds / 60
    return Plot(
        name="ended",
        title="Ended",
        unit="tasks a minute" if minutes == 1 else f"tasks in {minutes:.3g} minutes",
        times_ms=tuple(one.at_ms for one in stats.slices),
        series=tuple(rows),
        shape="bars",
    )


def times_plot(stats: Statistics, what: str) -> Plot:
    """Returns how long tasks waited (``wait``) or ran (``run``), by when they ended."""
    kinds = (("half within", "p50"), ("95 % within", "p95"))
    rows = [
        Series(label=label, values=tuple(_seconds(getattr(one, f"{what}_{kind}_ms")) for one in stats.times))
        for label, kind in kinds
    ]
    return Plot(
        name=what,
        title={"wait": "Waits before a task begins", "run": "Runs"}[what],
        unit="seconds",
        times_ms=tuple(one.at_ms for one in stats.times),
        series=tuple(rows),
    )


def _seconds(ms: float | None) -> float | None:
    return None if ms is None else ms / 1000


def _command(span: Span, whose: dict[str, str | None]) -> str:
    actor = f" --actor {whose['actor']}" if whose["actor"] else ""
    tenant = f" --tenant {shlex.quote(whose['tenant_id'])}" if whose["tenant_id"] else ""
    return f"./winnow stats --since {span.since}{actor}{tenant}"


def _given(wanted: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in wanted.items() if value}


PAGE = OpsPage(title="Statistics", path=PATH, add=add_pages)
