"""``winnow feedback``: exports people's corrections as labelled photos for training."""

import argparse
import sys
from pathlib import Path

from winnow_cli.output import print_json
from winnow_cli.photos.export import LABELS_FILE, export_feedback
from winnow_cli.profile import gateway
from winnow_cli.text_times import counted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verbs of ``feedback`` and their options."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    exporting = verbs.add_parser("export", help=f"write CATEGORY/FILE.jpg and {LABELS_FILE}")
    exporting.add_argument("folder", type=Path, metavar="FOLDER")
    exporting.add_argument("--json", action="store_true", help="the rows as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Exports all corrections. Returns 1 if a photo was not available."""
    rows, left_out = export_feedback(gateway(), arguments.folder)
    if arguments.json:
        print_json({"folder": str(arguments.folder), "rows": rows, "left_out": left_out})
    else:
        print(f"{counted(len(rows), 'labelled photo')} in {arguments.folder}, listed in {LABELS_FILE}.")
        for line in left_out:
            print(f"left out: {line}", file=sys.stderr)
    return 1 if left_out else 0
