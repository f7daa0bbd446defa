"""``winnow audit``: lists what people did to jobs, tasks, lanes, schedules, keys and limits, and by whose key."""

import argparse
from collections.abc import Iterator
from typing import Any

from winnow_cli.output import print_answer
from winnow_cli.profile import gateway
from winnow_contracts.index_api.audit import AuditAction


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``audit``."""
    parser.add_argument("--action", help=", ".join(AuditAction))
    parser.add_argument("--key", help="only by the key with this id")
    parser.add_argument("--limit", type=int, default=20, help="most entries to show (20)")
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Prints a line for each entry, newest first."""
    query = {"limit": arguments.limit, "action": arguments.action, "key_id": arguments.key}
    answer = gateway().get("/v1/ops/audit", query)
    print_answer(answer, audit_lines(answer), as_json=arguments.json)
    return 0


def audit_lines(answer: dict[str, Any]) -> Iterator[str]:
    """A page of entries, a line each."""
    yield from map(audit_line, answer["items"])
    if not answer["items"]:
        yield "Nobody did anything that matches."
    elif answer["next_cursor"]:
        yield f"There are more than {len(answer['items'])}; --limit shows them."


def audit_line(entry: dict[str, Any]) -> str:
    """One entry as a line."""
    name = f" ({entry['key_name']})" if entry["key_name"] else ""
    return f"{entry['at']}  {entry['action']:<11} {about(entry)}  by key {entry['key_id'] or '?'}{name}"


def about(entry: dict[str, Any]) -> str:
    """What an action was about: its target, or how many tasks or media a bulk action concerned and which."""
    if entry["filter"] is None:
        return str(entry["target"])
    which = ", ".join(f"{name} {value}" for name, value in entry["filter"].items()) or "all"
    refused = f", {entry['refused']} refused" if entry["refused"] else ""
    going_on = "" if entry["ended_at"] else ", not ended"
    what = "media" if entry["action"] == AuditAction.REPROCESS else "tasks"
    return f"{entry['done']} {what} ({which}{refused}{going_on})"
