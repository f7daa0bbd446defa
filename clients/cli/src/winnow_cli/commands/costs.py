"""``winnow costs``: what AI calls cost, by day and tenant, or one tenant's day by model."""

import argparse
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from winnow_cli.output import print_answer
from winnow_cli.profile import gateway
from winnow_cli.text_plots import bar


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``costs``."""
    parser.add_argument("--days", type=int, default=30, help="so many days, today among them (%(default)s)")
    parser.add_argument("--tenant", help="a day of this tenant by model")
    parser.add_argument("--day", help="a day (UTC) by model, such as 2026-01-26 (today); of your own tenant by default")
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Prints the days, or with ``--tenant`` or ``--day`` one day by model."""
    if arguments.tenant or arguments.day:
        query = {"tenant_id": arguments.tenant, "day": arguments.day}
        answer, lines = gateway().get("/v1/ops/spending", query), day_lines
    else:
        answer, lines = gateway().get("/v1/ops/spending/days", {"days": arguments.days}), days_lines
    print_answer(answer, lines(answer), as_json=arguments.json)
    return 0


def days_lines(answer: dict[str, Any]) -> Iterator[str]:
    """The days on which something was spent as bars, then the tenants, the highest first."""
    items = answer["items"]
    by_day, by_tenant = _sums(items, "day"), _sums(items, "tenant_id")
    today = by_day.get(answer["last_day"], 0.0)
    total = sum(by_day.values())
    yield f"From {answer['first_day']} to {answer['last_day']}: ${total:.4f}, today ${today:.4f}"
    yield from _bars("DAY", sorted(by_day.items()))
    yield from _bars("TENANT", sorted(by_tenant.items(), key=lambda pair: (-pair[1], pair[0])))


def day_lines(answer: dict[str, Any]) -> Iterator[str]:
    """A tenant's day by model."""
    limit = f"${answer['limit_usd']:.2f}" if answer["limit_usd"] else "no limit"
    yield f"{answer['day']}: ${answer['spent_usd']:.4f} of {limit}"
    if not answer["by_model"]:
        yield "No AI call is known of that day."
        return
    yield f"{'MODEL':<28}{'USE':<11}{'PAID':>8}{'CACHED':>8}{'TOKENS IN':>11}{'OUT':>9}{'AUDIO S':>9}{'COST':>11}"
    for one in answer["by_model"]:
        cost = "no price" if one["cost_usd"] is None else f"${one['cost_usd']:.4f}"
        yield (
            f"{one['model']:<28}{one['use']:<11}{one['calls']:>8,}{one['cached']:>8,}{one['tokens_in']:>11,}"
            f"{one['tokens_out']:>9,}{one['audio_seconds']:>9,.0f}{cost:>11}"
        )


def _sums(items: Iterable[dict[str, Any]], name: str) -> dict[str, float]:
    sums: dict[str, float] = defaultdict(float)
    for one in items:
        sums[one[name]] += one["spent_usd"]
    return dict(sums)


def _bars(title: str, sums: list[tuple[str, float]]) -> Iterator[str]:
    most = max((spent for _, spent in sums), default=0.0)
    if sums:
        yield ""
        yield f"{title:<20}{'SPENT':>12}"
    for name, spent in sums:
        yield f"{name:<20}{f'${spent:.4f}':>12}  {bar(spent, most)}".rstrip()
