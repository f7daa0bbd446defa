"""``winnow retry``: runs a failed or cancelled job again, from where it failed."""

import argparse

from winnow_cli.output import print_answer
from winnow_cli.profile import gateway


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``retry``."""
    parser.add_argument("job", metavar="JOB", help="the job's id")
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Requests the job's next run; finished steps are not repeated. Raises Conflict while the job has not failed."""
    answer = gateway().send("POST", f"/v1/jobs/{arguments.job}/retry")
    print_answer(
        answer,
        [f"Job {arguments.job} runs again. ./winnow trace {arguments.job} shows how it goes on."],
        as_json=arguments.json,
    )
    return 0
