"""``winnow journals``: every node's journal as index knows it, and the events in them that it can never store."""

import argparse
from collections.abc import Iterator
from typing import Any

from winnow_cli.output import print_answer
from winnow_cli.profile import gateway


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``journals``."""
    parser.add_argument("--set-aside", action="store_true", help="events that can never be stored, the latest first")
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Prints a line for each journal, or with ``--set-aside`` two for each event that can never be stored."""
    if arguments.set_aside:
        answer = gateway().get("/v1/ops/journals/set-aside", {"limit": 100})
        lines = set_aside_lines(answer)
    else:
        answer = gateway().get("/v1/ops/journals")
        lines = journal_lines(answer["items"])
    print_answer(answer, lines, as_json=arguments.json)
    return 0


def set_aside_lines(answer: dict[str, Any]) -> Iterator[str]:
    """The events that can never be stored: whose and which, then why."""
    if not answer["items"]:
        yield "Every event could be stored."
    for one in answer["items"]:
        told = one["event"]
        number = f"{one['node'] or one['journal_id']} number {one['seq']:,}"
        yield (
            f"{one['set_aside_at']:<24}  {number}: {told.get('kind', '?')}"
            f" of {told.get('actor') or 'the job'} {told.get('task_id', '')} of {told.get('job_id', '?')}"
        )
        yield f"{'':<26}{one['error']}"
    if answer["more"]:
        yield f"There are more than {len(answer['items'])}."


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
