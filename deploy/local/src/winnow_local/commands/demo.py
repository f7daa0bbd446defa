"""``winnow demo``: a real recording from file to search hit, then the page."""

import argparse

from winnow_local.commands.up import add_scale
from winnow_local.demo import Demo
from winnow_local.following import failure
from winnow_local.foreground import end_on_signals, hold, running, say
from winnow_local.gateway_client import client_of
from winnow_local.sample import make_sample
from winnow_local.scale import parse_scale
from winnow_local.settings import read_settings
from winnow_local.stack import Stack


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``demo``."""
    parser.add_argument("--exit", action="store_true", help="stop everything after the answers instead of waiting")
    add_scale(parser)


def run(arguments: argparse.Namespace) -> int:
    """Start what does not run, show the recording's way and its answers. 1 if one is wrong, 0 otherwise."""
    stack = Stack(read_settings(), say)
    scale = parse_scale(arguments.scale)
    end_on_signals()
    if stack.runs():
        return _show(stack)
    with running(stack, scale=scale, stays=False):
        code = _show(stack)
        if not arguments.exit:
            hold(stack)
    return code


def _show(stack: Stack) -> int:
    say("\nMaking the sample video from LibriVox recordings ...")
    sample = make_sample(stack.home.demo)
    demo = Demo(client=client_of(stack.home, stack.gateway_url), sample=sample, page_url=stack.gateway_url, say=say)
    job = demo.index()
    if job["status"] != "done":
        say(f"The job did not end well: {failure(job)}")
        return 1
    well_written = demo.judge_transcript(job["media_id"])
    well_found = demo.judge_answers(job["media_id"])
    say(f"\nThe page is at {stack.gateway_url}   (sign in with the key in {stack.home.admin_key})")
    return 0 if well_written and well_found else 1
