"""``winnow restore``: puts a backup into an empty stack, which does not run yet."""

import argparse
from pathlib import Path

from winnow_backup.database import Dumps
from winnow_backup.folder import BackupFolder, Manifest, files_of
from winnow_backup.progress import BackupProgress
from winnow_backup.restoring import Target, restore_into, verify_backup
from winnow_cli.output import print_answer, say_aside
from winnow_contracts.errors import Conflict
from winnow_contracts.json_codec import to_json
from winnow_local.context import amqp_url, database_url, here, object_store
from winnow_local.foreground import end_on_signals, running
from winnow_local.journals_here import journals_of
from winnow_local.parts import SERVERS
from winnow_local.stack import Stack


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``restore``."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="of a backup")
    parser.add_argument(
        "--check", action="store_true", help="compare every file with its checksum, and restore nothing"
    )
    parser.add_argument("--json", action="store_true", help="what the backup consists of, as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Checks the backup, restores it with the servers alone running, and stops them again."""
    stack = here()
    folder, progress = BackupFolder(arguments.folder.absolute()), BackupProgress()
    if not arguments.check and stack.runs():
        raise Conflict("A backup is restored into a stack that does not run.", hint="./winnow down stops it.")
    with files_of(folder.root):
        manifest = verify_backup(folder, progress)
    if arguments.check:
        lines = [f"The backup of {manifest.taken_at} is whole."]
    else:
        end_on_signals()
        with files_of(stack.home.root), running(stack, only=SERVERS, scale=manifest.scale, stays=False, tell=say_aside):
            _restore(stack, folder, manifest, progress)
        lines = [f"Restored as of {manifest.taken_at}. ./winnow up starts it, and open jobs go on."]
    print_answer(to_json(manifest), lines, as_json=arguments.json)
    return 0


def _restore(stack: Stack, folder: BackupFolder, manifest: Manifest, progress: BackupProgress) -> None:
    home = stack.home
    target = Target(
        database=Dumps(url=database_url(stack)),
        store=object_store(stack),
        amqp_url=amqp_url(stack),
        journals=lambda: [journal.node for journal in journals_of(home)],
        data_folder=home.node,
        mark=home.restoring,
        another="Name another home: WINNOW_HOME=FOLDER ./winnow restore …",
    )
    restore_into(target, folder, manifest, progress)
