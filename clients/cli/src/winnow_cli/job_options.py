"""The options of jobs as arguments of a command, and as the API names them."""

import argparse


def add_job_options(parser: argparse.ArgumentParser) -> None:
    """The arguments that say how jobs are run."""
    parser.add_argument("--bulk", action="store_true", help="nobody waits for it: stand behind all other work")


def job_options(arguments: argparse.Namespace) -> dict[str, object]:
    """The options that the arguments ask for; none that is not asked for."""
    return {"priority": "bulk"} if arguments.bulk else {}
