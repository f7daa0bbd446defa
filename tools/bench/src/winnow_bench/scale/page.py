"""Refreshes the tables of the page about scale, and shows the same in a terminal."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from winnow_bench.measures import number
from winnow_bench.scale.demand import ceiling, of_hours, of_jobs
from winnow_bench.scale.unit_costs import UnitCosts, unit_costs

RATES = (1, 100, 10_000)
_PLACE = re.compile(r"(<!-- scale: (\w+) -->\n).*?(<!-- end of scale -->)", re.S)


def refresh_scale(page: str, results: Mapping[str, Mapping[str, Any]]) -> str:
    """Returns the page with each table between its two markers. Raises NotFound if a kept result is missing."""
    costs = unit_costs(results)
    return _PLACE.sub(lambda found: found[1] + "\n".join(["", *_TABLES[found[2]](costs), "", found[3]]), page)


def demand_table(
    demand: Callable[[float, UnitCosts], Mapping[str, float]], rates: Sequence[float], unit: str, costs: UnitCosts
) -> Iterator[str]:
    """A row for each thing that is asked for, with a column for each rate; Markdown."""
    columns = [demand(rate, costs) for rate in rates]
    yield f"| | {' | '.join(f'{number(rate)} {unit}' for rate in rates)} |"
    yield "|---" * (len(rates) + 1) + "|"
    for name in columns[0]:
        yield f"| {name} | {' | '.join(number(column[name]) for column in columns)} |"


def _jobs(costs: UnitCosts) -> Iterator[str]:
    return demand_table(of_jobs, RATES, "jobs/s", costs)


def _hours(costs: UnitCosts) -> Iterator[str]:
    return demand_table(of_hours, RATES, "hours/day", costs)


def _ceilings(costs: UnitCosts) -> Iterator[str]:
    yield from ("| full at | jobs a second |", "|---|---|")
    for name, rate in sorted(ceiling(costs).items(), key=lambda one: one[1]):
        yield f"| {name} | {number(rate)} |"


_TABLES: Mapping[str, Callable[[UnitCosts], Iterator[str]]] = {"jobs": _jobs, "hours": _hours, "ceilings": _ceilings}
