"""What was used of each API's limits as plots: calls a minute against the limit, and the tasks that waited."""

from collections.abc import Sequence
from datetime import datetime

from winnow_contracts.index_api.limits import APIS, LimitMinute, LimitView
from winnow_web.ops.plots import Plot, Series

_MINUTE_MS = 60_000


def limit_plots(limits: Sequence[LimitView], log: Sequence[LimitMinute], *, minutes: int, until_ms: int) -> list[Plot]:
    """Returns a plot for each API that was wanted in the last ``minutes``: all tenants together.

    Its limit of calls a minute is the present one; an API without one has no such line.
    """
    last_ms = until_ms // _MINUTE_MS * _MINUTE_MS
    times_ms = tuple(last_ms - _MINUTE_MS * n for n in reversed(range(minutes)))
    wanted = [api for api in APIS if any(one.api == api for one in log)]
    return [_plot(api, limits, [one for one in log if one.api == api], times_ms) for api in wanted]


def _plot(api: str, limits: Sequence[LimitView], log: Sequence[LimitMinute], times_ms: tuple[int, ...]) -> Plot:
    series = [
        Series(label="calls", values=_sums([(one.at, one.used) for one in log], times_ms)),
        Series(label="tasks that waited", values=_sums([(one.at, one.waiting) for one in log], times_ms)),
    ]
    for one in limits:
        if one.name == f"{api}.per_minute" and one.value is not None:
            series.append(Series(label="limit", values=(float(one.value),) * len(times_ms)))
    return Plot(name=f"used-{api}", title=api, unit="a minute", times_ms=times_ms, series=tuple(series))


def _sums(counts: Sequence[tuple[str, int]], times_ms: tuple[int, ...]) -> tuple[float, ...]:
    """The sum of each minute, 0 where nothing was wanted; ``counts`` are counts of tenants by RFC 3339 minute."""
    sums = dict.fromkeys(times_ms, 0.0)
    for at, count in counts:
        at_ms = round(datetime.fromisoformat(at).timestamp() * 1000)
        if at_ms in sums:
            sums[at_ms] += count
    return tuple(sums.values())
