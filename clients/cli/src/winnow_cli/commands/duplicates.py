"""``winnow duplicates``: lists every run of a task that repeated another, with its cause, and every odd end."""

import argparse
from collections.abc import Iterator
from typing import Any

from winnow_cli.output import print_answer
from winnow_cli.profile import gateway
from winnow_cli.times import instant
from winnow_contracts.index_api.duplicates import OddOutcome, RepeatCause


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``duplicates``."""
    parser.add_argument("--cause", choices=list(RepeatCause), help="only with this cause")
    parser.add_argument("--outcome", choices=list(OddOutcome), help="only with this end")
    parser.add_argument("--actor", help="only of this actor, such as ai.transcribe_audio")
    parser.add_argument("--node", help="only on this node")
    parser.add_argument("--since", default="7d", help="begun since then: 2h, 3d, or a time (%(default)s)")
    parser.add_argument("--until", help="begun before then")
    parser.add_argument("--limit", type=int, default=20, help="most runs to show (20)")
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Prints the sums by cause, then the runs, newest first. Raises BadInput for a time that is none."""
    until = None if arguments.until is None else instant(arguments.until)
    which = {name: getattr(arguments, name) for name in ("limit", "cause", "outcome", "actor", "node")}
    answer = gateway().get("/v1/ops/duplicates", {**which, "since": instant(arguments.since), "until": until})
    print_answer(answer, duplicates_lines(answer), as_json=arguments.json)
    return 0


def duplicates_lines(page: dict[str, Any]) -> Iterator[str]:
    """The ledger for people: its sums, then a line for each run."""
    repeats = sum(one["runs"] for one in page["sums"] if one["cause"])
    share = f" ({repeats / page['runs']:.2%})" if page["runs"] else ""
    yield f"{repeats:,} of {page['runs']:,} runs repeated another{share}."
    if page["sums"]:
        yield f"{'CAUSE':<16}{'RUNS':>10}{'UNKNOWN':>10}{'SUPERSEDED':>12}"
    for one in page["sums"]:
        yield f"{one['cause'] or 'none':<16}{one['runs']:>10,}{one['unknown']:>10,}{one['superseded']:>12,}"
    for one in page["items"]:
        yield repeated_line(one)
    if page["next_cursor"]:
        yield f"There are more than {len(page['items'])}; --limit shows up to 100, and --until looks further back."


def repeated_line(one: dict[str, Any]) -> str:
    """One run as a line."""
    after = f" after {one['after_outcome'] or 'an unknown end'} on {one['after_node']}" if one["after_node"] else ""
    return (
        f"{one['started_at'] or one['ended_at'] or '':<24}  {one['cause'] or '-':<12} {one['outcome'] or 'runs':<11}"
        f" {one['actor']:<24} {one['node']:<12} {one['task_id']}  attempt {one['number']}{after}"
    )
