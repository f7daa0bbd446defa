"""``winnow trace``: the whole life of one job."""

import argparse
import json

from winnow_local.gateway_client import client_of
from winnow_local.settings import read_settings
from winnow_local.stack import Stack
from winnow_local.trace_words import trace_lines


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``trace``."""
    parser.add_argument("job", metavar="JOB", help="the job's id")
    parser.add_argument("--json", action="store_true", help="the gateway's answer as it is")


def run(arguments: argparse.Namespace) -> int:
    """Print what happened to the job, in order and in words."""
    stack = Stack(read_settings())
    trace = client_of(stack.home, stack.gateway_url).get(f"/v1/jobs/{arguments.job}/trace")
    if arguments.json:
        print(json.dumps(trace, indent=2, ensure_ascii=False))
        return 0
    for line in trace_lines(trace):
        print(line)
    return 0
