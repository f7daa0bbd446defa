"""``winnow backup``: saves database, objects and journals of the running stack into a folder."""

import argparse
from pathlib import Path

from winnow_backup.database import Dumps
from winnow_backup.folder import BackupFolder, Manifest
from winnow_backup.progress import BackupProgress
from winnow_backup.taking import take_backup
from winnow_cli.output import print_answer
from winnow_cli.text_times import counted, size
from winnow_contracts.errors import Unavailable
from winnow_contracts.json_codec import to_json
from winnow_local.context import database_url, here, object_store
from winnow_local.journals_here import journals_of
from winnow_local.scale import remembered_scale


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``backup``."""
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="where to; what an earlier backup has there is not copied again"
    )
    parser.add_argument("--json", action="store_true", help="what the backup consists of, as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Takes the backup, while everything goes on."""
    stack = here()
    if not stack.runs():
        raise Unavailable("The stack does not run.", dependency="runner", hint="Start it with ./winnow up --detach.")
    folder = BackupFolder(arguments.folder.absolute())
    with folder.made():
        manifest = take_backup(
            folder,
            database=Dumps(url=database_url(stack)),
            store=object_store(stack),
            journals={journal.node: journal.folder for journal in journals_of(stack.home)},
            scale=remembered_scale(stack.home.scale),
            progress=BackupProgress(),
        )
    lines = (
        _summary(manifest),
        "It has no key and no setting of this machine: docs/backup.md says what to save besides.",
    )
    print_answer(to_json(manifest), lines, as_json=arguments.json)
    return 0


def _summary(manifest: Manifest) -> str:
    return (
        f"Backup of {manifest.taken_at}: {counted(manifest.object_count, 'object')} ({size(manifest.object_bytes)}),"
        f" {counted(len(manifest.journals), 'journal')}, database of {size(manifest.database.size_bytes)}."
    )
