"""``winnow batch``: how the jobs of a batch stand."""

import argparse
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from winnow_cli.output import print_answer
from winnow_cli.profile import gateway


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``batch``."""
    parser.add_argument("batch", metavar="BATCH", help="the batch's id, as drill told it")
    parser.add_argument("--json", action="store_true", help="the counts as the gateway tells them")


def run(arguments: argparse.Namespace) -> int:
    """Shows how many of the batch's jobs have ended, and how."""
    batch = gateway().get(f"/v1/batches/{quote(arguments.batch, safe='')}")
    print_answer(batch, batch_lines(batch), as_json=arguments.json)
    return 0


def batch_lines(batch: dict[str, Any]) -> Iterator[str]:
    """How many of a batch's jobs have ended, and how."""
    ended = {status: batch[status] for status in ("done", "failed", "cancelled")}
    told = ", ".join(f"{count} {status}" for status, count in ended.items() if count) or "none"
    total = batch["open"] + sum(ended.values())
    yield f"{sum(ended.values())} of {total} jobs have ended: {told}."
