"""``winnow library``: exports a whole library into a folder, and imports it into another Winnow."""

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from winnow_cli.library.exporting import MANIFEST, export_library
from winnow_cli.library.importing import import_library
from winnow_cli.output import print_answer
from winnow_cli.profile import read_profile
from winnow_cli.text_times import counted
from winnow_client import Retries
from winnow_client.files import readable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verbs of ``library`` and their options."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    exporting = verbs.add_parser("export", help="a ZIP file for each recording and photo; goes on where it was")
    exporting.add_argument("folder", type=Path, metavar="FOLDER", help="where to; what is there whole is kept")
    exporting.add_argument("--no-originals", action="store_true", help="leave out the files as they were sent")
    importing = verbs.add_parser("import", help="send the originals of a folder of exports, each once")
    importing.add_argument("folder", type=Path, metavar="FOLDER", help="with exports of a library")
    for verb in (exporting, importing):
        verb.add_argument("--json", action="store_true", help="what became of each, as a JSON list")


def run(arguments: argparse.Namespace) -> int:
    """Carries out the verb. Returns 1 if something was left out."""
    client = read_profile().client(Retries())
    if arguments.verb == "export":
        results = [
            one.to_json() for one in export_library(client, arguments.folder, originals=not arguments.no_originals)
        ]
    else:
        results = [one.to_json() for one in import_library(client, arguments.folder)]
    print_answer(results, _lines(arguments, results), as_json=arguments.json)
    return 1 if any(result["state"] == "left out" for result in results) else 0


def _lines(arguments: argparse.Namespace, results: list[dict[str, Any]]) -> Iterator[str]:
    """What became of how many, and where to look on."""
    states = Counter(result["state"] for result in results)
    told = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    yield f"{counted(len(results), 'item')}{': ' if told else ''}{told}."
    if arguments.verb == "export":
        yield f"{readable(arguments.folder / MANIFEST)} lists them."
    else:
        yield "./winnow jobs shows how they get on."
