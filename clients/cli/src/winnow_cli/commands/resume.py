"""``winnow resume``: resumes a paused lane."""

import argparse

from winnow_cli.output import print_answer
from winnow_cli.profile import gateway
from winnow_contracts.queues import LANES


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``resume``."""
    parser.add_argument("lane", choices=LANES, metavar="LANE", help=", ".join(LANES))
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Resumes the lane; succeeds if it was not paused."""
    answer = gateway().send("DELETE", f"/v1/ops/queues/{arguments.lane}/pause")
    print_answer(answer, [f"Lane {arguments.lane} goes on."], as_json=arguments.json)
    return 0
