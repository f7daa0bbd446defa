"""``winnow bench rest``: CPU and memory of each part of the running stack while it is idle."""

import argparse
import dataclasses
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from winnow_cli.following import failure, follow
from winnow_cli.output import print_json, say
from winnow_client import Client
from winnow_contracts.errors import Conflict, Unavailable
from winnow_harness.usage import Usage, usages
from winnow_local.context import gateway, here
from winnow_local.sample import make_sample
from winnow_local.stack import Stack

RUNNER = "runner"
_MEGABYTE = 1_000_000
_JOB_SECONDS = 600


@dataclass(frozen=True, kw_only=True)
class AtRest:
    """One part, or all: its share of one core, and the memory its processes held at the end."""

    name: str
    processes: int
    cpu_percent: float
    pss_bytes: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``bench rest``."""
    parser.add_argument("--minutes", type=float, default=1.0, metavar="M", help="how long to look (%(default)s)")
    parser.add_argument(
        "--after-job", type=float, metavar="M", help="first put a recording through, then wait so many minutes"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Measures the running stack; prints a line per part and one for the sum."""
    stack = here()
    if arguments.after_job is not None:
        put_through(gateway(stack), make_sample(stack.home.demo).file)
        time.sleep(arguments.after_job * 60)
    rows = measure(stack, arguments.minutes * 60)
    if arguments.json:
        print_json({"minutes": arguments.minutes, "parts": [dataclasses.asdict(row) for row in rows]})
    else:
        say(table(rows))
    return 0


def put_through(client: Client, file: Path) -> None:
    """Uploads a recording and waits until it is done. Raises Conflict if it ends in any other way."""
    job = follow(client, client.media.upload(file).id, lambda line: None, _JOB_SECONDS)
    if job["status"] != "done":
        raise Conflict(f"The job before the rest did not end well: {failure(job)}", hint="Ask ./winnow doctor why.")


def measure(stack: Stack, seconds: float) -> list[AtRest]:
    """Measures each part over the next seconds, then the runner, and last the sum of all.

    Raises Unavailable if no stack runs, and Conflict if a part was started or ended meanwhile.
    """
    roots = _roots(stack)
    before, began = usages(roots), time.monotonic()
    time.sleep(seconds)
    after, took_seconds = usages(roots), time.monotonic() - began
    if changed := {name for name, pid in roots.items() ^ _roots(stack).items()}:
        raise Conflict(f"{min(changed)} was started or ended while it was measured.", hint="Measure again.")
    return [*at_rest(before, after, took_seconds)]


def at_rest(before: Mapping[str, Usage], after: Mapping[str, Usage], seconds: float) -> list[AtRest]:
    """Returns the difference of two measurements, by part, and the sum of all."""
    rows = [
        AtRest(
            name=name,
            processes=usage.processes,
            cpu_percent=round((usage.cpu_seconds - before[name].cpu_seconds) / seconds * 100, 2),
            pss_bytes=usage.pss_bytes,
        )
        for name, usage in after.items()
    ]
    return [
        *rows,
        AtRest(
            name="all",
            processes=sum(row.processes for row in rows),
            cpu_percent=round(sum(row.cpu_percent for row in rows), 2),
            pss_bytes=sum(row.pss_bytes for row in rows),
        ),
    ]


def table(rows: list[AtRest]) -> str:
    """Returns the rows as a table of text."""
    lines = [f"{'part':<15} {'processes':>9} {'% of a core':>11} {'MB (PSS)':>9}"]
    lines += [
        f"{row.name:<15} {row.processes:>9} {row.cpu_percent:>11.2f} {row.pss_bytes / _MEGABYTE:>9.1f}" for row in rows
    ]
    return "\n".join(lines)


def _roots(stack: Stack) -> dict[str, int]:
    """The first process of each running part, by name."""
    runner = stack.runner_pid()
    if runner is None:
        raise Unavailable("The stack does not run.", dependency=RUNNER, hint="Start it with ./winnow up.")
    return {RUNNER: runner, **stack.part_pids()}
