"""``winnow down``: stops the stack."""

import argparse

from winnow_cli.output import print_json
from winnow_local.context import here

_NOT_ENDED = ("stopped", "elsewhere")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``down``."""
    parser.add_argument("--json", action="store_true", help="as JSON: was_running, ended: the parts that were ended")


def run(arguments: argparse.Namespace) -> int:
    """Stops every part and waits for its end."""
    stack = here()
    if not arguments.json:
        print("Stopped." if stack.down() else "It was not running.")
        return 0
    ended = [status.name for status in stack.statuses() if status.state not in _NOT_ENDED]
    print_json({"was_running": stack.down(), "ended": ended})
    return 0
