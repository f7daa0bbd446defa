"""``winnow schedules``: what the fleet does at set times: next and last run, every run, and to run one now."""

import argparse
from collections.abc import Iterator
from typing import Any

from winnow_cli.output import print_answer
from winnow_cli.profile import gateway


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verbs of ``schedules`` and their options."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verbs.add_parser("list", help="every schedule with its next and its last run")
    runs = verbs.add_parser("runs", help="the latest runs of one, and what they did")
    runs.add_argument("--limit", type=int, default=20, help="most runs to show (20)")
    running = verbs.add_parser("run", help="run one now")
    for parser_of_verb in (runs, running):
        parser_of_verb.add_argument("name", metavar="NAME", help="the schedule's name")
    for parser_of_verb in verbs.choices.values():
        parser_of_verb.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Carries out the verb."""
    client = gateway()
    match arguments.verb:
        case "list":
            answer, lines = client.get("/v1/ops/schedules"), schedule_lines
        case "runs":
            query = {"limit": arguments.limit}
            answer, lines = client.get(f"/v1/ops/schedules/{arguments.name}/runs", query), run_lines
        case _:
            answer, lines = client.send("POST", f"/v1/ops/schedules/{arguments.name}/run"), asked_lines
    print_answer(answer, lines(answer), as_json=arguments.json)
    return 0


def schedule_lines(answer: dict[str, Any]) -> Iterator[str]:
    """The schedules as a table."""
    yield f"{'SCHEDULE':<18} {'NEXT':<24} {'LAST':<24} {'OUTCOME':<9} {'TOOK':>8}"
    for item in answer["items"]:
        last = item["last"] or {}
        yield (
            f"{item['name']:<18} {item['next_at']:<24} {last.get('due_at', 'never'):<24} "
            f"{outcome(last) if last else '':<9} {_took(last):>8}"
        ).rstrip()


def run_lines(answer: dict[str, Any]) -> Iterator[str]:
    """Runs, a line each, with what they did."""
    for item in answer["items"]:
        did = ", ".join(f"{name} {value}" for name, value in item["detail"].items())
        asked = f"  asked for by {item['asked_by']}" if item["asked_by"] else ""
        yield f"{item['due_at']:<24} {outcome(item):<15} {_took(item):>8}  {did}{asked}".rstrip()
    if not answer["items"]:
        yield "It has not run yet."


def asked_lines(answer: dict[str, Any]) -> Iterator[str]:
    """What comes next after a run was asked for."""
    name = answer["schedule"]
    yield f"An index worker runs {name} within seconds. ./winnow schedules runs {name} shows what it did."


def outcome(item: dict[str, Any]) -> str:
    """How a run ended, or how far it is."""
    return item["outcome"] or ("runs" if item["began_at"] else "waits")


def _took(item: dict[str, Any]) -> str:
    took_ms = item.get("duration_ms")
    return "" if took_ms is None else f"{took_ms / 1000:.1f} s"
