"""``/ops/costs``: what AI calls cost, by day and tenant, and one tenant's day by model."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, render_template, request

from winnow_contracts.index_api.response_cache import CacheDay, ReadResponseCache
from winnow_contracts.index_api.usage import ListSpentDays, ReadUsage, TenantDay, TenantDays
from winnow_gateway.dependencies import Dependencies
from winnow_web.ops.frame import Operators, OpsPage
from winnow_web.ops.plot_drawing import draw
from winnow_web.ops.plots import Plot, Series

PATH = "/ops/costs"
_DAYS = 30
_NAMED_TENANTS = 4
"""So many tenants have a colour of their own; the others are one."""


def add_pages(blueprint: Blueprint, operators: Operators, parts: Dependencies) -> None:
    """Adds the page."""

    @blueprint.get(PATH)
    def ops_costs() -> str:
        reader = operators.reader()
        days = parts.index.ask(ListSpentDays(days=_DAYS))
        tenant_id = request.args.get("tenant_id", "").strip()[:200] or reader.tenant_id
        day = _day(request.args.get("day"))
        sums = tenant_sums(days.items)
        cache = parts.index.ask(ReadResponseCache(days=_DAYS))
        return render_template(
            "web/ops/costs.html",
            plot=draw(spent_plot(days)),
            sums=sums,
            total_usd=sum(spent_usd for _, spent_usd in sums),
            today_usd=sum(one.spent_usd for one in days.items if one.day == days.last_day),
            days=_DAYS,
            kept=cache.kept,
            cache_sums=cache_sums(cache.items),
            usage=parts.index.ask(ReadUsage(tenant_id=tenant_id, day=day)),
            tenant_id=tenant_id,
            latest=days.last_day,
            command=f"./winnow costs --tenant {shlex.quote(tenant_id)} --day {day or days.last_day}",
        )


def tenant_sums(items: Sequence[TenantDay]) -> list[tuple[str, float]]:
    """Returns each tenant with what it spent (US dollars), the highest first."""
    sums: dict[str, float] = {}
    for one in items:
        sums[one.tenant_id] = sums.get(one.tenant_id, 0.0) + one.spent_usd
    return sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))


@dataclass(frozen=True, kw_only=True)
class CacheSum:
    """One model and use over all days: answers from the cache, calls paid, and US dollars that were spared."""

    use: str
    model: str
    hits: int
    paid: int
    saved_usd: float | None


def cache_sums(items: Sequence[CacheDay]) -> list[CacheSum]:
    """Returns the days of each model and use together, the most hits first; those without any are left out."""
    found: dict[tuple[str, str], list[CacheDay]] = {}
    for one in items:
        found.setdefault((one.use, one.model), []).append(one)
    sums = [
        CacheSum(
            use=use,
            model=model,
            hits=sum(day.hits for day in days),
            paid=sum(day.paid for day in days),
            saved_usd=None if any(day.saved_usd is None for day in days) else sum(day.saved_usd or 0 for day in days),
        )
        for (use, model), days in found.items()
    ]
    return sorted((one for one in sums if one.hits), key=lambda one: (-one.hits, one.use, one.model))


def spent_plot(days: TenantDays) -> Plot:
    """Returns the cost of each day as bars; tenants that spent most are named."""
    first, last = (date.fromisoformat(text) for text in (days.first_day, days.last_day))
    all_days = [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]
    named = [tenant_id for tenant_id, _ in tenant_sums(days.items)[:_NAMED_TENANTS]]
    values = {name: dict.fromkeys(all_days, 0.0) for name in (*named, "")}
    for one in days.items:
        row = values[one.tenant_id if one.tenant_id in named else ""]
        row[one.day] = row.get(one.day, 0.0) + one.spent_usd
    rows = [(name or "other tenants", row) for name, row in values.items() if any(row.values())]
    return Plot(
        name="spent",
        title="Cost of AI calls",
        unit="US dollars a day",
        times_ms=tuple(_noon_ms(day) for day in all_days),
        series=tuple(Series(label=label, values=tuple(row[day] for day in all_days)) for label, row in rows),
        shape="bars",
    )


def _noon_ms(day: str) -> int:
    """The middle of a day, where its bar stands."""
    return int(datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC).timestamp() * 1000)


def _day(given: str | None) -> str | None:
    """A day that was asked for; None, which is today, if it is no day."""
    try:
        return date.fromisoformat(given or "").isoformat()
    except ValueError:
        return None


PAGE = OpsPage(title="Costs", path=PATH, add=add_pages)
