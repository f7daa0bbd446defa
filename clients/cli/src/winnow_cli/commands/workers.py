"""``winnow workers``: lists the nodes, whether they live, and what they do."""

import argparse
from collections.abc import Iterator
from typing import Any

from winnow_cli.output import print_answer
from winnow_cli.profile import gateway
from winnow_cli.text_times import size


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``workers``."""
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Prints a line for each node."""
    answer = gateway().get("/v1/ops/workers")
    print_answer(answer, worker_lines(answer["items"]), as_json=arguments.json)
    return 0


def worker_lines(items: list[dict[str, Any]]) -> Iterator[str]:
    """The nodes as a table. The rate is of the attempts within a day that succeeded."""
    if not items:
        yield "No node was heard of yet."
        return
    yield (
        f"{'NODE':<16} {'STATE':<8} {'HEARD':<24} {'ACTIVE':>6} {'DONE':>8} {'FAILED':>7} {'RATE':>6}"
        f" {'UNSENT':>7} {'UNAPPLIED':>9} {'MEMORY':>9}  LANES"
    )
    for item in items:
        yield (
            f"{item['node']:<16} {item['state']:<8} {item['heartbeat_at']:<24} {item['active']:>6}"
            f" {item['processed']:>8} {item['failed']:>7} {_percent(item['success_rate_day']):>6}"
            f" {item['journal_pending']:>7} {item['events_unapplied']:>9} {size(item['memory_bytes']):>9}"
            f"  {', '.join(item['lanes']) or item['service']}"
        )


def _percent(rate: float | None) -> str:
    return "-" if rate is None else f"{rate:.1%}"
