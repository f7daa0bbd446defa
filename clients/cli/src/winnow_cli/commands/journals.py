"""``winnow journals``: every node's journal as index knows it, wherever the node runs."""

import argparse
from collections.abc import Iterator
from typing import Any

from winnow_cli.output import print_json
from winnow_cli.profile import gateway


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``journals``."""
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Prints a line for each journal."""
    answer = gateway().get("/v1/ops/journals")
    if arguments.json:
        print_json(answer)
    else:
        for line in journal_lines(answer["items"]):
            print(line)
    return 0


def journal_lines(items: list[dict[str, Any]]) -> Iterator[str]:
    """The journals as a table."""
    if not items:
        yield "No journal has sent an event yet."
        return
    yield f"{'NODE':<16} {'STATE':<9} {'HEARD':<24} {'APPLIED UP TO':>13} {'UNKNOWN ENDS':>12}  JOURNAL"
    for one in items:
        yield (
            f"{one['node']:<16} {one['state']:<9} {one['seen_at'] or 'never':<24} {one['applied_seq']:>13,} "
            f"{one['unknown_attempts']:>12,}  {one['journal_id']}"
        )
