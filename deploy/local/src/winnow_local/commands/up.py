"""``winnow up``: starts the stack, and runs it until Ctrl-C unless an option leaves it running."""

import argparse

from winnow_cli.output import print_json, say, say_aside
from winnow_local.commands.status import as_json
from winnow_local.foreground import end_on_signals, hold, running
from winnow_local.scale import parse_scale
from winnow_local.settings import read_settings
from winnow_local.stack import Stack


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``up``."""
    parser.add_argument("--detach", action="store_true", help="come back when all parts are ready; they go on running")
    parser.add_argument(
        "--only", nargs="+", action="extend", default=[], metavar="PART", help="start these parts alone"
    )
    parser.add_argument(
        "--without", nargs="+", action="extend", default=[], metavar="PART", help="start all parts but these"
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="what status --json prints, once all parts are ready; everything else goes to stderr",
    )
    add_scale(parser)


def add_scale(parser: argparse.ArgumentParser) -> None:
    """Adds the option of all commands that start the stack: the number of nodes."""
    parser.add_argument(
        "--scale",
        nargs="+",
        action="extend",
        default=[],
        metavar="WORKER=N",
        help="nodes of a worker, such as ai=3; it is kept for the next starts",
    )


def run(arguments: argparse.Namespace) -> int:
    """Starts the stack, prints each part when it is ready, then the page's address."""
    tell = say_aside if arguments.json else say
    stack = Stack(read_settings(), tell)
    scale = parse_scale(arguments.scale)
    end_on_signals()
    only, without = arguments.only, arguments.without
    with running(stack, only=only, without=without, scale=scale, stays=arguments.detach, tell=tell):
        if arguments.json:
            print_json(as_json(stack, stack.statuses()))
        if arguments.detach:
            tell("It goes on running; ./winnow down stops it.")
        else:
            hold(stack, tell)
    return 0
