"""``winnow batch``: how the jobs of a batch stand."""

import argparse
from urllib.parse import quote

from winnow_cli.output import print_json
from winnow_cli.profile import gateway


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``batch``."""
    parser.add_argument("batch", metavar="BATCH", help="the batch's id, as drill told it")
    parser.add_argument("--json", action="store_true", help="the counts as the gateway tells them")


def run(arguments: argparse.Namespace) -> int:
    """Shows how many of the batch's jobs have ended, and how."""
    batch = gateway().get(f"/v1/batches/{quote(arguments.batch, safe='')}")
    if arguments.json:
        print_json(batch)
        return 0
    ended = {status: batch[status] for status in ("done", "failed", "cancelled")}
    told = ", ".join(f"{count} {status}" for status, count in ended.items() if count) or "none"
    total = batch["open"] + sum(ended.values())
    print(f"{sum(ended.values())} of {total} jobs have ended: {told}.")
    return 0
