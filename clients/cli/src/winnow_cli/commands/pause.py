"""``winnow pause``: pauses a lane; its messages wait."""

import argparse

from winnow_cli.output import print_answer
from winnow_cli.profile import gateway
from winnow_contracts.queues import LANES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``pause``."""
    parser.add_argument("lane", choices=LANES, metavar="LANE", help=", ".join(LANES))
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Pauses the lane: no node consumes it, and running tasks go back to it at their next step."""
    answer = gateway().send("PUT", f"/v1/ops/queues/{arguments.lane}/pause")
    print_answer(
        answer,
        [f"Lane {arguments.lane} is paused. ./winnow resume {arguments.lane} lets it go on."],
        as_json=arguments.json,
    )
    return 0
