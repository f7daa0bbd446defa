"""The options that say which captions beside a file go along with it."""

import argparse
from functools import partial
from pathlib import Path

from winnow_cli.adding.adding import Beside
from winnow_client import captions_beside


def add_captions_options(parser: argparse.ArgumentParser) -> None:
    """The arguments about captions."""
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument(
        "--captions", metavar="LANG", help="of captions in several languages beside a file, take talk.LANG.srt"
    )
    chosen.add_argument(
        "--no-captions", action="store_true", help="hear the file, whatever talk.vtt or talk.srt is beside it"
    )


def beside_options(arguments: argparse.Namespace) -> Beside:
    """Finds captions as the arguments say."""
    return _none if arguments.no_captions else partial(captions_beside, language=arguments.captions)


def _none(recording: Path) -> None:
    return None
