"""``winnow demo``: a real recording from file to search hit, or photos from file to bin; then the page."""

import argparse
from pathlib import Path

from winnow_cli.following import failure
from winnow_cli.output import say
from winnow_local.commands.up import add_scale
from winnow_local.context import gateway
from winnow_local.demo import Demo
from winnow_local.downloaded import downloaded_line
from winnow_local.foreground import end_on_signals, hold, running
from winnow_local.photos.demo import PhotoDemo
from winnow_local.sample import make_sample
from winnow_local.scale import parse_scale
from winnow_local.settings import read_settings
from winnow_local.stack import Stack

_DRAWINGS = Path("-")
"""Means the built-in drawings instead of a folder."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``demo``."""
    parser.add_argument("--exit", action="store_true", help="stop everything after the answers instead of waiting")
    parser.add_argument(
        "--photos",
        nargs="?",
        type=Path,
        const=_DRAWINGS,
        metavar="FOLDER|ZIP",
        help="sort these photos instead; without a folder, a few drawings",
    )
    add_scale(parser)


def run(arguments: argparse.Namespace) -> int:
    """Starts what does not run, shows the recording's or the photos' way through the stack, and the answers.

    Returns 1 if an answer is wrong, and for photos if too few are right or answered; else 0.
    """
    stack = Stack(read_settings(), say)
    scale = parse_scale(arguments.scale)
    end_on_signals()
    if stack.runs():
        return _show(stack, arguments.photos)
    with running(stack, scale=scale, stays=False):
        code = _show(stack, arguments.photos)
        if not arguments.exit:
            hold(stack)
    return code


def _show(stack: Stack, photos: Path | None) -> int:
    went_well = _show_recording(stack) if photos is None else _show_photos(stack, photos)
    if line := downloaded_line(stack.home.downloads):
        say(f"\n{line}")
    say(f"\nThe page is at {stack.gateway_url}   (sign in with the key in {stack.home.admin_key})")
    return 0 if went_well else 1


def _show_photos(stack: Stack, photos: Path) -> bool:
    demo = PhotoDemo(client=gateway(stack), say=say)
    return demo.sort_drawings() if photos == _DRAWINGS else demo.sort_collection(photos)


def _show_recording(stack: Stack) -> bool:
    say("\nMaking the sample video from LibriVox recordings ...")
    sample = make_sample(stack.home.demo)
    demo = Demo(client=gateway(stack), sample=sample, page_url=stack.gateway_url, say=say)
    job = demo.index()
    if job["status"] != "done":
        say(f"The job did not end well: {failure(job)}")
        return False
    well_written = demo.judge_transcript(job["media_id"])
    well_found = demo.judge_answers(job["media_id"])
    return well_written and well_found
