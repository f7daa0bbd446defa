"""``winnow up``: starts the stack, and keeps it until Ctrl-C unless told to leave it running."""

import argparse

from winnow_local.foreground import end_on_signals, hold, running, say
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
    add_scale(parser)


def add_scale(parser: argparse.ArgumentParser) -> None:
    """The option of all commands that start the stack: how many nodes."""
    parser.add_argument(
        "--scale",
        nargs="+",
        action="extend",
        default=[],
        metavar="WORKER=N",
        help="nodes of a worker, such as ai=3; it is kept for the next starts",
    )


def run(arguments: argparse.Namespace) -> int:
    """Start, print each part when it is ready, then the page's address."""
    stack = Stack(read_settings(), say)
    scale = parse_scale(arguments.scale)
    end_on_signals()
    with running(stack, only=arguments.only, without=arguments.without, scale=scale, stays=arguments.detach):
        if arguments.detach:
            say("It goes on running; ./winnow down stops it.")
        else:
            hold(stack)
    return 0
