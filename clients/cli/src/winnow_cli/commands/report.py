"""``winnow report``: the weekly report: jobs, failures, time, AI use and cost, beside the week before."""

import argparse
from collections.abc import Iterator
from typing import Any

from winnow_cli.output import print_answer
from winnow_cli.profile import gateway
from winnow_client.errors import NotFound

_MAKE = "./winnow schedules run weekly-report makes one."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``report``."""
    parser.add_argument("--week", metavar="MONDAY", help="the week from this day, such as 2026-01-26 (the latest)")
    parser.add_argument("--weeks", type=int, metavar="N", help="the latest N reports side by side, a line each")
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Prints one report. Raises NotFound if it was not made."""
    client = gateway()
    if arguments.weeks:
        answer = client.get("/v1/ops/reports", {"limit": arguments.weeks})
        print_answer(answer, week_lines(answer["items"]), as_json=arguments.json)
        return 0
    if arguments.week:
        report = client.get(f"/v1/ops/reports/{arguments.week}")
    else:
        items = client.get("/v1/ops/reports", {"limit": 1})["items"]
        if not items:
            raise NotFound("There is no report yet.", hint=_MAKE)
        report = items[0]
    print_answer(report, report_lines(report), as_json=arguments.json)
    return 0


def week_lines(reports: list[dict[str, Any]]) -> Iterator[str]:
    """Reports as a table, the latest first."""
    yield f"{'WEEK FROM':<12}{'JOBS':>10}{'FAILED':>10}{'AI CALLS':>10}{'CACHED':>10}"
    for report in reports:
        figures = report["figures"]
        counts = (("jobs", "jobs"), ("failures", "tasks"), ("ai", "calls"), ("ai", "cached"))
        sums = (sum(row[name] for row in figures[part]) for part, name in counts)
        yield f"{report['week']:<12}" + "".join(f"{number:>10,}" for number in sums)


def report_lines(report: dict[str, Any]) -> Iterator[str]:
    """A report for people; figures of the week before stand in brackets."""
    now, before = report["figures"], report["before"]
    yield f"Week from {report['week']} ({report['time_zone']}); in brackets the week before"
    yield from _part("Jobs", now, before, "jobs", ("kind", "status"), "jobs", "d")
    yield from _part("Failures", now, before, "failures", ("actor", "cause"), "tasks", "d")
    yield from _part("Seconds of work", now, before, "work", ("actor",), "seconds", ".1f")
    yield from _part("AI calls", now, before, "ai", ("model", "use"), "calls", "d")
    yield from _part("AI cost in USD", now, before, "ai", ("model", "use"), "cost_usd", ".4f")
    yield from _part("Saved by the cache in USD", now, before, "ai", ("model", "use"), "saved_usd", ".4f")


def _part(
    title: str, now: dict[str, Any], before: dict[str, Any], part: str, names: tuple[str, ...], figure: str, form: str
) -> Iterator[str]:
    """One part: a line for each row of either week, and the title if there is none."""
    rows, old = (
        {" ".join(str(row[name]) for name in names): row[figure] for row in week[part]} for week in (now, before)
    )
    yield f"{title}:" if rows or old else f"{title}: none"
    for name in [*rows, *(name for name in old if name not in rows)]:
        yield f"  {name:<44} {_shown(rows.get(name, 0), form):>12}  ({_shown(old.get(name, 0), form)})"


def _shown(value: float | None, form: str) -> str:
    return "unknown" if value is None else format(value, form)
