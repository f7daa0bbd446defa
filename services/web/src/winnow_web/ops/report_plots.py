"""Weekly reports as plots: jobs, failures, time at work and AI cost, a bar a week."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from winnow_contracts.index_api.reports import ReportView, WeekFigures
from winnow_web.ops.plots import Plot, Series

WEEKS = 12
_NAMED = 4
"""So many names have a colour of their own; the others are one."""
_HALF_A_WEEK_MS = 302_400_000

Counted = Iterable[tuple[str, float]]


def weekly_plots(reports: Sequence[ReportView]) -> list[Plot]:
    """Returns the plots of twelve weeks up to the latest report, none without one. ``reports`` are the latest first.

    A week without a report is taken from the next one's week before; else nothing is known of it.
    """
    if not reports:
        return []
    known = {_before(report.week): report.before for report in reports} | {one.week: one.figures for one in reports}
    last = date.fromisoformat(reports[0].week)
    last_ms = round(datetime.fromisoformat(reports[0].from_at).timestamp() * 1000) + _HALF_A_WEEK_MS
    back = range(WEEKS - 1, -1, -1)
    weeks = [known.get((last - timedelta(weeks=n)).isoformat()) for n in back]
    times_ms = tuple(last_ms - 2 * _HALF_A_WEEK_MS * n for n in back)

    def plot(name: str, title: str, unit: str, counted: Callable[[WeekFigures], Counted]) -> Plot:
        return Plot(name=name, title=title, unit=unit, times_ms=times_ms, series=_series(weeks, counted), shape="bars")

    return [
        plot("jobs", "Jobs", "jobs a week", lambda week: ((one.status, one.jobs) for one in week.jobs)),
        plot("failures", "Failures", "tasks a week", lambda week: ((one.cause, one.tasks) for one in week.failures)),
        plot(
            "work", "Time at work", "hours a week", lambda week: ((one.actor, one.seconds / 3600) for one in week.work)
        ),
        plot("cost", "AI cost", "US dollars a week", lambda week: ((one.model, one.cost_usd or 0) for one in week.ai)),
    ]


def _series(weeks: Sequence[WeekFigures | None], counted: Callable[[WeekFigures], Counted]) -> tuple[Series, ...]:
    """A series for each of the largest names and one for the rest; None in weeks of which nothing is known."""
    sums: list[dict[str, float] | None] = []
    totals: dict[str, float] = {}
    for week in weeks:
        row: dict[str, float] = {}
        for name, figure in counted(week) if week else ():
            row[name] = row.get(name, 0) + figure
            totals[name] = totals.get(name, 0) + figure
        sums.append(row if week else None)
    named = sorted(totals, key=lambda name: (-totals[name], name))[:_NAMED]

    def series(label: str, figure: Callable[[dict[str, float]], float]) -> Series:
        return Series(label=label, values=tuple(None if row is None else figure(row) for row in sums))

    def rest(row: dict[str, float]) -> float:
        return sum(figure for name, figure in row.items() if name not in named)

    found = tuple(series(name, partial(_figure, name)) for name in named)
    return (*found, series("others", rest)) if len(totals) > _NAMED else found


def _figure(name: str, row: dict[str, float]) -> float:
    return row.get(name, 0.0)


def _before(week: str) -> str:
    return (date.fromisoformat(week) - timedelta(weeks=1)).isoformat()
