"""``winnow watch``: sends each new file of a folder once that has come to rest."""

import argparse
from functools import partial
from pathlib import Path

from winnow_cli.adding.beside import add_captions_options, beside_options
from winnow_cli.job_options import add_job_options, job_options
from winnow_cli.output import say_aside
from winnow_cli.profile import read_profile
from winnow_cli.watching.folder import find_files
from winnow_cli.watching.memory import FILE_NAME, Memory
from winnow_cli.watching.rest import Rest
from winnow_cli.watching.views import Lines, Sentences
from winnow_cli.watching.watcher import Watcher
from winnow_client.errors import BadInput, NotFound
from winnow_client.files import readable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``watch``."""
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--recursive", action="store_true", help="its folders too, however deep")
    parser.add_argument("--photos", action="store_true", help="photos of waste too; else recordings alone")
    parser.add_argument("--once", action="store_true", help="send what is there, wait for its jobs, and end")
    parser.add_argument(
        "--rest", type=_seconds, default=5.0, metavar="SECONDS", help="how long a file must not have changed (5)"
    )
    parser.add_argument(
        "--every", type=_seconds, default=2.0, metavar="SECONDS", help="how often the folder is looked at (2)"
    )
    parser.add_argument("--state", type=Path, metavar="FILE", help=f"remember there what was sent (FOLDER/{FILE_NAME})")
    add_captions_options(parser)
    add_job_options(parser)
    parser.add_argument("--json", action="store_true", help="a line of JSON for each event")


def run(arguments: argparse.Namespace) -> int:
    """Watches until Ctrl-C, or once. Returns 1 if something was refused or failed."""
    folder = arguments.folder
    if not folder.is_dir():
        raise NotFound(f"There is no folder {readable(folder)}.")
    profile = read_profile()
    find = partial(
        find_files,
        folder,
        recursive=arguments.recursive,
        photos=arguments.photos,
        beside=beside_options(arguments),
    )
    watcher = Watcher(
        client=profile.client(),
        find=find,
        memory=_memory(arguments.state or folder / FILE_NAME, profile.url),
        view=Lines() if arguments.json else Sentences(),
        rest=Rest(arguments.rest),
        options=job_options(arguments),
        every_seconds=arguments.every,
    )
    try:
        return 0 if watcher.watch(once=arguments.once) else 1
    except KeyboardInterrupt:
        say_aside("Ended. The next start goes on with what is new.")
        return 0


def _memory(file: Path, url: str) -> Memory:
    try:
        return Memory(file, url)
    except OSError as error:
        raise BadInput(
            f"{readable(file)} cannot be written: {error.strerror or error}.", hint="Name another file with --state."
        ) from error


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= 3600:
        raise argparse.ArgumentTypeError(f"it must be seconds from 0 to 3600, not {text!r}")
    return seconds
