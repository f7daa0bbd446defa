"""``winnow queues``: lists the lanes with their waiting messages and consumers, or what waited in them since a time."""

import argparse
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from winnow_cli.output import print_answer
from winnow_cli.profile import gateway
from winnow_cli.text_plots import line
from winnow_cli.times import instant
from winnow_client.errors import BadInput

_MOST_MINUTES = 1440
_SLICES = 60
"""So many characters a lane's line has at most, each for the minute of its slice in which most waited."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``queues``."""
    parser.add_argument("--since", help="what waited since then, minute by minute: 30min, 2h, or a time; 24h at most")
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Prints a line for each lane. Raises BadInput for a time that is none, or is too long ago."""
    if arguments.since is None:
        answer = gateway().get("/v1/ops/queues")
        lines = queue_lines(answer["items"])
    else:
        now = datetime.now(UTC)
        minutes = _minutes(arguments.since, now)
        slice_minutes = math.ceil(minutes / _SLICES)
        query = {"minutes": minutes, "slice_minutes": slice_minutes}
        answer = gateway().get("/v1/ops/queues/stats", query)
        lines = depth_lines(answer["items"], minutes, slice_minutes, now)
    print_answer(answer, lines, as_json=arguments.json)
    return 0


def queue_lines(items: list[dict[str, Any]]) -> Iterator[str]:
    """The lanes as a table; numbers that the broker does not give are left out."""
    yield f"{'LANE':<16} {'WAITING':>8} {'CONSUMERS':>10}"
    for item in items:
        paused = f"  paused since {item['paused_since']}" if item.get("paused_since") else ""
        yield f"{item['lane']:<16} {_number(item.get('ready')):>8} {_number(item.get('consumers')):>10}{paused}"


def depth_lines(items: list[dict[str, Any]], minutes: int, slice_minutes: int, now: datetime) -> Iterator[str]:
    """How many messages waited in each lane, drawn up to ``now``; a gap where nothing was counted."""
    slices = math.ceil(minutes / slice_minutes)
    begin = now - timedelta(minutes=slices * slice_minutes)
    lanes: dict[str, list[int | None]] = {}
    for item in items:
        row = lanes.setdefault(item["lane"], [None] * slices)
        age = datetime.fromisoformat(item["at"]) - begin
        number = min(max(int(age / timedelta(minutes=slice_minutes)), 0), slices - 1)
        row[number] = max(item["ready"], row[number] or 0)
    if not lanes:
        yield "Nothing was counted in that time."
        return
    yield f"{'LANE':<16} {'MOST':>8} {'LAST':>8}  the last {minutes} minutes, {slice_minutes} a sign"
    for lane, row in sorted(lanes.items()):
        known = [ready for ready in row if ready is not None]
        yield f"{lane:<16} {max(known):>8,} {known[-1]:>8,}  {line(row)}".rstrip()


def _minutes(since: str, now: datetime) -> int:
    seconds = round((now - datetime.fromisoformat(instant(since, now=now))).total_seconds())
    minutes = math.ceil(seconds / 60)
    if not 0 < minutes <= _MOST_MINUTES:
        raise BadInput(f"{since!r} is not within the last 24 hours.", hint="Write 30min, 2h or 24h.")
    return minutes


def _number(value: int | None) -> str:
    return "?" if value is None else str(value)
