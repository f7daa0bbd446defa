"""``winnow doctor``: compares journals, broker and database, and names the command that repairs each fault."""

import argparse
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict

from winnow_cli.locate.evidence import gather
from winnow_cli.output import print_json
from winnow_cli.profile import read_profile
from winnow_client.errors import WinnowError
from winnow_journal.inspect.view import open_view
from winnow_journal.values import Flag, JournalUnusable
from winnow_local.context import amqp_url, gateway, here
from winnow_local.doctor import broker, database, fleet, journals, parts, workers
from winnow_local.doctor.finding import DoctorFinding
from winnow_local.journals_here import adopted_journals, corrupt_files, journals_of
from winnow_local.machine import machine_of
from winnow_local.stack import Stack

_STUCK_SECONDS = 900


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``doctor``."""
    parser.add_argument(
        "--stuck",
        type=int,
        default=_STUCK_SECONDS,
        metavar="SECONDS",
        help="without news for so long a job is stuck (900)",
    )
    parser.add_argument("--json", action="store_true", help="a JSON list: kind, what, detail, mend")


def run(arguments: argparse.Namespace) -> int:
    """Prints a line per finding; returns 0 if nothing is wrong, 1 if something is, 3 if nothing runs.

    With ``WINNOW_URL`` it examines the Winnow there, by what its gateway tells.
    """
    if os.environ.get("WINNOW_URL"):
        found = list(fleet.examine(read_profile().client(), arguments.stuck))
    else:
        stack = here()
        if not stack.runs():
            print_json([]) if arguments.json else print("Winnow does not run here. ./winnow up starts it.")
            return 3
        found = list(examine(stack, arguments.stuck))
    if arguments.json:
        print_json([asdict(finding) for finding in found])
    else:
        for finding in found:
            print(finding.line())
        if not any(finding.mend for finding in found):
            print("Nothing is wrong.")
    return 1 if any(finding.mend for finding in found) else 0


def examine(stack: Stack, stuck_seconds: int = _STUCK_SECONDS) -> Iterator[DoctorFinding]:
    """Returns all findings, the likeliest cause of the others first."""
    statuses = stack.statuses()
    yield from parts.look(statuses, stack.home)
    here_found = journals_of(stack.home)
    known = journals.summaries(here_found)
    yield from journals.look(here_found, known, frozenset(status.name for status in statuses))
    yield from journals.dead_letter(corrupt_files(stack.home))
    yield from journals.adopted(adopted_journals(stack.home))
    client = gateway(stack)
    try:
        paused = {item["lane"]: item["paused_since"] for item in client.get("/v1/ops/queues")["items"]}
        nodes = client.get("/v1/ops/workers")["items"]
        at_index = client.get("/v1/ops/journals")["items"]
        found = client.get("/v1/ops/findings", {"stuck_seconds": stuck_seconds})["items"]
    except WinnowError as error:
        yield DoctorFinding(kind="not_asked", what="gateway", detail=error.detail, mend="./winnow status")
        paused, nodes, at_index, found = {}, [], [], []
    rabbitmq = stack.plan().rabbitmq
    yield from broker.look(amqp_url(stack), _sentinels(stack), paused, rabbitmq)
    yield from broker.alarms(rabbitmq)
    yield from workers.look(nodes)
    yield from journals.compare(known.values(), at_index)
    machine = machine_of(stack)
    folders = {summary.journal_id: journal.folder for journal, summary in known.items() if not summary.living}
    yield from database.look(found, lambda job_id: gather(client, job_id, machine), folders)


def _sentinels(stack: Stack) -> dict[str, str]:
    """The sentinel of each living journal that made one."""
    found: dict[str, str] = {}
    for journal in journals_of(stack.home):
        # The checks of the journals tell of an unreadable one.
        with suppress(JournalUnusable), open_view(journal.folder) as view:
            if view.is_owned and view.flag(Flag.SENTINEL):
                found[journal.node] = view.sentinel
    return found
