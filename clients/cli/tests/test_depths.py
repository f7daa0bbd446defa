"""``winnow queues --since``: what waited in the lanes, against a twin of the gateway."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from winnow_cli.commands.queues import depth_lines
from winnow_harness.fixtures.gateway import GatewayTwin

Winnow = Callable[..., tuple[int, str, str]]
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def stat(lane: str, minutes_ago: float, ready: int) -> dict[str, object]:
    return {"lane": lane, "at": (NOW - timedelta(minutes=minutes_ago)).isoformat(), "ready": ready}


def test_each_lane_is_a_line_of_its_minutes_with_gaps_where_nothing_was_counted() -> None:
    items = [stat("ai", 3.5, 0), stat("ai", 2.5, 7), stat("ai", 0.5, 1), stat("media", 0.5, 1200)]
    head, *lines = depth_lines(items, 4, 1, NOW)
    assert head.endswith("the last 4 minutes, 1 a sign")
    assert lines == [
        f"{'ai':<16} {7:>8} {1:>8}  ▁█ ▂",
        f"{'media':<16} {'1,200':>8} {'1,200':>8}     █",
    ]


def test_minutes_of_one_slice_show_the_most_that_waited() -> None:
    _, line = depth_lines([stat("ai", 119, 4), stat("ai", 118.5, 9)], 120, 2, NOW)
    assert line.split()[1:3] == ["9", "9"]
    assert line.endswith("  █")


def test_a_span_is_asked_for_in_sixty_slices(twin: GatewayTwin, winnow: Winnow) -> None:
    twin.answers["GET /v1/ops/queues/stats?minutes=120&slice_minutes=2"] = (200, {"items": []})
    assert winnow("queues", "--since", "2h")[1] == "Nothing was counted in that time.\n"
    assert json.loads(winnow("queues", "--since", "2h", "--json")[1]) == {"items": []}


@pytest.mark.parametrize("since", ["2d", "lately", "2999-01-01"])
def test_a_time_that_is_not_within_a_day_is_refused(twin: GatewayTwin, winnow: Winnow, since: str) -> None:
    code, _, err = winnow("queues", "--since", since)
    assert (code, twin.asked) == (1, [])
    assert since in err
