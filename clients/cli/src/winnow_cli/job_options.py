"""The options of jobs as arguments of a command, and as the API names them."""

import argparse


def add_job_options(parser: argparse.ArgumentParser) -> None:
    """The arguments that say how jobs are run."""
    parser.add_argument("--bulk", action="store_true", help="nobody waits for it: stand behind all other work")
    parser.add_argument(
        "--meta",
        action="append",
        default=[],
        type=pair,
        metavar="KEY=VALUE",
        help="the job's metadata; may be repeated",
    )


def job_options(arguments: argparse.Namespace) -> dict[str, object]:
    """The options that the arguments ask for, as fields of a JSON body; none that is not asked for."""
    priority = {"priority": "bulk"} if arguments.bulk else {}
    metadata = {"metadata": dict(arguments.meta)} if arguments.meta else {}
    return {**priority, **metadata}


def pair(text: str) -> tuple[str, str]:
    """The key and value of ``KEY=VALUE``. Raises ArgumentTypeError for any other text."""
    key, equals, value = text.partition("=")
    if not key or not equals:
        raise argparse.ArgumentTypeError(f"it must be KEY=VALUE, not {text!r}")
    return key, value
