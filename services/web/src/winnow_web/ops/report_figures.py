"""A weekly report as tables: each figure beside that of the week before."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from winnow_contracts.index_api.reports import ReportView


@dataclass(frozen=True, kw_only=True)
class FigureRow:
    """What is counted, its figure, and that of the week before; None where it is unknown."""

    name: str
    now: float | None
    before: float | None


@dataclass(frozen=True, kw_only=True)
class FigureTable:
    """Rows of one kind. ``unit`` is ``count``, ``ms`` or ``usd``."""

    title: str
    unit: str
    rows: tuple[FigureRow, ...]


def compared(report: ReportView) -> list[FigureTable]:
    """Returns the report's tables, those without rows too."""
    now, before = report.figures, report.before
    ai = (now.ai, before.ai, ("model", "use"))
    return [
        _table("Jobs", "count", now.jobs, before.jobs, ("kind", "status"), "jobs"),
        _table("Tasks that failed for good", "count", now.failures, before.failures, ("actor", "cause"), "tasks"),
        _table("Time at work", "ms", now.work, before.work, ("actor",), "seconds", 1000),
        _table("AI calls paid", "count", *ai, "calls"),
        _table("AI calls answered from the cache", "count", *ai, "cached"),
        _table("AI cost", "usd", *ai, "cost_usd"),
        _table("Saved by the cache", "usd", *ai, "saved_usd"),
    ]


def _table(
    title: str,
    unit: str,
    now: Sequence[Any],
    before: Sequence[Any],
    names: tuple[str, ...],
    figure: str,
    times: int = 1,
) -> FigureTable:
    """A row for each that stands in either week; what a week does not name was none of it."""
    weeks: list[dict[str, float | None]] = [{}, {}]
    for week, rows in zip(weeks, (now, before), strict=True):
        for row in rows:
            value = getattr(row, figure)
            week[" · ".join(getattr(row, name) for name in names)] = None if value is None else value * times
    this, last = weeks
    return FigureTable(
        title=title,
        unit=unit,
        rows=tuple(FigureRow(name=name, now=this.get(name, 0), before=last.get(name, 0)) for name in {**this, **last}),
    )
