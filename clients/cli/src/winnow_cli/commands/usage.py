"""``winnow usage``: what your account stores and may store, and what it asked and its AI calls cost this month."""

import argparse
from collections.abc import Iterator
from typing import Any

from winnow_cli.output import print_answer
from winnow_cli.profile import gateway
from winnow_cli.text_plots import bar
from winnow_cli.text_times import counted, size


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``usage``."""
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Prints the usage."""
    answer = gateway().get("/v1/usage")
    print_answer(answer, usage_lines(answer), as_json=arguments.json)
    return 0


def usage_lines(answer: dict[str, Any]) -> Iterator[str]:
    """A tenant's usage; with a quota also how much of it is used, as a bar."""
    stored, quota = answer["stored_bytes"], answer["quota_bytes"]
    yield f"{answer['tenant_id']}: {counted(answer['recordings'], 'recording')}, {counted(answer['photos'], 'photo')}"
    if quota is None:
        yield f"Stored: {size(stored)}; there is no quota"
    else:
        yield f"Stored: {size(stored)} of {size(quota)}  {bar(min(stored, quota), quota)}".rstrip()
    budget = f", a day up to ${answer['budget_usd']:.2f}" if answer["budget_usd"] else ""
    yield f"Requests in {answer['month']}: {answer['requests']:,}"
    yield f"AI calls in {answer['month']}: ${answer['spent_usd']:.4f}{budget}"
