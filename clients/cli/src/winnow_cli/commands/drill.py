"""``winnow drill``: sends jobs through every service that touch nobody's data."""

import argparse
from collections.abc import Iterator
from typing import Any

from winnow_cli.job_options import add_job_options, job_options
from winnow_cli.output import print_answer
from winnow_cli.profile import gateway

_MOST_JOBS = 1_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``drill``."""
    parser.add_argument("--count", type=_count, default=1, metavar="N", help=f"how many, up to {_MOST_JOBS}")
    parser.add_argument("--steps", type=int, default=2, metavar="N", help="steps of each task, up to 100")
    parser.add_argument("--work-ms", type=int, default=0, metavar="MS", help="milliseconds that each step works")
    parser.add_argument("--misbehave", choices=("permanent", "temporary", "die"), default="", help="how a task fails")
    parser.add_argument("--join", action="store_true", help="one more begins once all of them have ended")
    add_job_options(parser)
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Sends the drills as one batch: all are accepted or none."""
    drill = {
        "kind": "drill",
        "steps": arguments.steps,
        "work_ms": arguments.work_ms,
        "misbehave": arguments.misbehave,
        **job_options(arguments),
    }
    join = {"then": drill} if arguments.join else {}
    answer = gateway().send("POST", "/v1/jobs:batch", {"jobs": [drill] * arguments.count, **join})
    print_answer(answer, drill_lines(answer), as_json=arguments.json)
    return 0


def drill_lines(answer: dict[str, Any]) -> Iterator[str]:
    """The accepted drills, and the job that joins them."""
    items, join = answer["items"], answer.get("then")
    accepted = "One drill is" if len(items) == 1 else f"{len(items)} drills are"
    yield f"{accepted} accepted. ./winnow trace {items[0]['job_id']} shows the first one's way."
    if join:
        yield f"{join['job_id']} begins after them. ./winnow batch {answer['batch_id']} counts them."


def _count(text: str) -> int:
    count = int(text)
    if not 1 <= count <= _MOST_JOBS:
        raise argparse.ArgumentTypeError(f"it must be from 1 to {_MOST_JOBS}, not {count}")
    return count
