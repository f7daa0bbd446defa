"""``winnow queues``: lists the lanes with their waiting messages and consumers."""

import argparse
from collections.abc import Iterator
from typing import Any

from winnow_cli.output import print_json
from winnow_cli.profile import gateway


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``queues``."""
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Prints a line for each lane."""
    answer = gateway().get("/v1/ops/queues")
    if arguments.json:
        print_json(answer)
    else:
        for line in queue_lines(answer["items"]):
            print(line)
    return 0


def queue_lines(items: list[dict[str, Any]]) -> Iterator[str]:
    """The lanes as a table; numbers that the broker does not give are left out."""
    yield f"{'LANE':<16} {'WAITING':>8} {'CONSUMERS':>10}"
    for item in items:
        paused = f"  paused since {item['paused_since']}" if item.get("paused_since") else ""
        yield f"{item['lane']:<16} {_number(item.get('ready')):>8} {_number(item.get('consumers')):>10}{paused}"


def _number(value: int | None) -> str:
    return "?" if value is None else str(value)
