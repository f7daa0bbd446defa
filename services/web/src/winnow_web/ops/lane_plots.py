"""How many messages waited in the lanes, as a plot."""

from datetime import datetime

from winnow_contracts.index_api.lanes import LaneStats
from winnow_web.ops.plots import Plot, Series

SLICES = 60
"""So many slices a plot has, each with the most that waited in it."""
_NAMED = 4
"""So many lanes have a line of their own; what waited in the others is one."""


def depths(stats: LaneStats, minutes: int, at_ms: int) -> Plot:
    """Returns the lanes' depths of the last minutes up to ``at_ms`` (Unix milliseconds), the deepest lanes named.

    A slice in which nothing was counted is a gap.
    """
    slice_ms = minutes * 60_000 // SLICES
    last = at_ms // slice_ms
    slices = range(last - SLICES + 1, last + 1)
    counted: dict[int, dict[str, int]] = {}
    deepest: dict[str, int] = {}
    for one in stats.items:
        row = counted.setdefault(round(datetime.fromisoformat(one.at).timestamp() * 1000) // slice_ms, {})
        row[one.lane] = max(one.ready, row.get(one.lane, 0))
        deepest[one.lane] = max(one.ready, deepest.get(one.lane, 0))
    named = sorted((lane for lane, ready in deepest.items() if ready), key=lambda lane: (-deepest[lane], lane))[:_NAMED]

    def depth(number: int, lanes: list[str]) -> int | None:
        row = counted.get(number)
        return None if row is None else sum(row.get(lane, 0) for lane in lanes)

    lines = {lane: [lane] for lane in named} | {"other lanes" if named else "all lanes": [*deepest.keys() - set(named)]}
    return Plot(
        name="depths",
        title="Waiting in the lanes",
        unit="messages",
        times_ms=tuple(number * slice_ms for number in slices),
        series=tuple(
            Series(label=label, values=tuple(depth(number, lanes) for number in slices))
            for label, lanes in lines.items()
        ),
    )
