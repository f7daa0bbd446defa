"""``winnow cancel``: cancels a job."""

import argparse

from winnow_cli.output import print_answer
from winnow_cli.profile import gateway


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``cancel``."""
    parser.add_argument("job", metavar="JOB", help="the job's id")
    parser.add_argument("--json", action="store_true", help="the job as the gateway shows it")


def run(arguments: argparse.Namespace) -> int:
    """Cancels the job: waiting tasks do not start, running ones stop at their next step. Raises Conflict if it has
    ended.
    """
    job = gateway().send("POST", f"/v1/jobs/{arguments.job}/cancel")
    print_answer(
        job,
        [f"Job {job['id']} is {job['status']}. What still runs of it stops at its next step."],
        as_json=arguments.json,
    )
    return 0
