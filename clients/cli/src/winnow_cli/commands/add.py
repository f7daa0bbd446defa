"""``winnow add``: uploads files, or has links fetched, and waits until they are searchable."""

import argparse
import sys
import time

from winnow_cli.adding.adding import add
from winnow_cli.adding.beside import add_captions_options, beside_options
from winnow_cli.adding.table import print_table
from winnow_cli.adding.views import Bars, JobLines, Quiet
from winnow_cli.job_options import add_job_options, job_options
from winnow_cli.output import print_json
from winnow_cli.profile import gateway


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``add``."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="or a link to one, where links are fetched")
    parser.add_argument("--detach", action="store_true", help="end when the files are sent; jobs tells how they get on")
    add_captions_options(parser)
    parser.add_argument("--again", action="store_true", help="send files that you have stored already, too")
    add_job_options(parser)
    parser.add_argument("--json", action="store_true", help="a JSON list, one object per file")


def run(arguments: argparse.Namespace) -> int:
    """Adds the files; a file that fails does not stop the next. Returns 1 if one failed."""
    client, began, options = gateway(), time.monotonic(), job_options(arguments)
    beside = beside_options(arguments)
    detach = arguments.detach or arguments.not_before is not None
    if arguments.json:
        files = add(
            client, arguments.files, Quiet(), detach=detach, again=arguments.again, options=options, beside=beside
        )
        print_json([file.to_json() for file in files])
    elif sys.stderr.isatty() and not detach:
        with Bars(len(arguments.files)) as bars:
            files = add(
                client, arguments.files, bars, detach=False, again=arguments.again, options=options, beside=beside
            )
    else:
        files = add(
            client, arguments.files, JobLines(), detach=detach, again=arguments.again, options=options, beside=beside
        )
    if not arguments.json and not detach:
        print_table(files, time.monotonic() - began)
    return 1 if any(file.error for file in files) else 0
