"""``winnow restore``: puts a backup into an empty stack, which does not run yet."""

import argparse
import os
from pathlib import Path

from winnow_cli.output import print_answer, say_aside
from winnow_contracts.errors import Conflict
from winnow_contracts.json_codec import to_json
from winnow_local.backup.database import Dumps
from winnow_local.backup.folder import BackupFolder, Manifest, files_of
from winnow_local.backup.progress import BackupProgress
from winnow_local.backup.restoring import refuse_unless_empty, restore_backup, verify_backup
from winnow_local.context import amqp_url, database_url, here, object_store
from winnow_local.foreground import end_on_signals, running
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
    database, store, mark = Dumps(url=database_url(stack)), object_store(stack), stack.home.restoring
    begun = mark.read_text(encoding="utf-8") if mark.exists() else ""
    if begun not in ("", manifest.taken_at):
        raise Conflict(
            f"The backup of {begun} was restored here in part.", hint="Restore that one, or name a new home."
        )
    if not begun:
        refuse_unless_empty(stack.home, database=database, store=store, amqp_url=amqp_url(stack))
        mark.write_text(manifest.taken_at, encoding="utf-8")
    restore_backup(folder, manifest, stack.home, database=database, store=store, progress=progress)
    os.sync()  # a power cut after the mark is gone must find the journals
    mark.unlink()
