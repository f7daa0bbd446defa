"""``winnow-backup``: backups of a Winnow whose nodes share volumes, as in compose, by the clock or by hand."""

import sys
import time
from collections.abc import Sequence
from datetime import datetime

from winnow_backup.folder import BackupFolder, files_of
from winnow_backup.progress import BackupProgress
from winnow_backup.restoring import Target, restore_into, verify_backup
from winnow_backup.settings import BackupSettings, read_settings
from winnow_backup.taking import take_backup
from winnow_backup.volumes import NodeVolumes
from winnow_base.environment import Environment
from winnow_base.program import program_parser
from winnow_cli.text_times import counted, size
from winnow_contracts.errors import Misconfigured, NotFound, Unavailable, WinnowError

AGAIN_SECONDS = 600.0
"""How long after a backup that failed it is tried again."""
_LOOK_SECONDS = 60.0
"""How long the clock is trusted: it may step, and a machine may sleep."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line says. Exits with a sentence if it cannot be done."""
    about = "Takes backups of a Winnow whose nodes share volumes, as in compose, and restores them."
    parser = program_parser("winnow-backup", about, distribution="winnow-backup")
    deeds = parser.add_subparsers(dest="deed", required=True)
    deeds.add_parser("regularly", help="take a backup whenever WINNOW_BACKUP_HOURS have gone by since the last one")
    deeds.add_parser("now", help="take a backup")
    deeds.add_parser("recent", help="fail if the last whole backup is older than two such times")
    deeds.add_parser("check", help="compare every file of the backup with its checksum")
    deeds.add_parser("restore", help="put the backup into an empty Winnow, of which the servers alone run")
    deed = parser.parse_args(arguments).deed
    try:
        environment = Environment()
        settings = read_settings(environment)
        amqp_url = environment.secret("WINNOW_AMQP_URL") if deed == "restore" else ""
        environment.done()
        match deed:
            case "regularly":
                regularly(settings)
            case "now":
                take(settings)
            case "recent":
                refuse_unless_recent(settings)
            case "check":
                check(settings)
            case "restore":
                restore(settings, amqp_url)
    except Misconfigured as error:
        sys.exit(f"winnow-backup cannot run: {error.detail.removesuffix('.')}. {error.hint}")
    except WinnowError as error:
        sys.exit(f"{error.detail} {error.hint}".strip())


def regularly(settings: BackupSettings) -> None:
    """Take backups for ever. One that fails is tried again, and nothing of the one before it is lost meanwhile."""
    while True:
        while (left := _seconds_left(settings)) > 0:
            time.sleep(min(left, _LOOK_SECONDS))
        try:
            take(settings)
        except WinnowError as error:
            print(f"The backup failed: {error.detail} It is tried again.", file=sys.stderr, flush=True)
            time.sleep(AGAIN_SECONDS)


def take(settings: BackupSettings) -> None:
    """Take a backup, while everything runs. Raises WinnowError."""
    journals = NodeVolumes(settings.nodes).journals()
    if not journals:
        raise NotFound(f"There is no journal below {settings.nodes}.", hint="Mount the volumes of the services there.")
    folder = BackupFolder(settings.folder)
    with folder.made(), files_of(folder.root):
        manifest = take_backup(
            folder,
            database=settings.database,
            store=settings.store,
            journals=journals,
            scale={},
            progress=BackupProgress(),
        )
    parts = (
        f"{counted(manifest.object_count, 'object')} ({size(manifest.object_bytes)})",
        counted(len(manifest.journals), "journal"),
        f"database of {size(manifest.database.size_bytes)}",
    )
    print(f"Backup of {manifest.taken_at}: {', '.join(parts)}.", flush=True)


def refuse_unless_recent(settings: BackupSettings) -> None:
    """Raises Unavailable if the last whole backup is older than twice the time between two, or there is none."""
    if _seconds_left(settings) < -settings.hours * 3600:
        raise Unavailable("The last whole backup is too old, or there is none.", dependency="backup")


def check(settings: BackupSettings) -> None:
    """Compare every file with its checksum. Raises WinnowError."""
    folder = BackupFolder(settings.folder)
    with files_of(folder.root):
        manifest = verify_backup(folder, BackupProgress())
    print(f"The backup of {manifest.taken_at} is whole.")


def restore(settings: BackupSettings, amqp_url: str) -> None:
    """Check the backup and restore it. Raises WinnowError."""
    folder, progress, volumes = BackupFolder(settings.folder), BackupProgress(), NodeVolumes(settings.nodes)
    target = Target(
        database=settings.database,
        store=settings.store,
        amqp_url=amqp_url,
        journals=volumes.journals,
        data_folder=volumes.data_folder,
        mark=volumes.mark,
        another="Give it empty volumes.",
    )
    with files_of(folder.root):
        manifest = verify_backup(folder, progress)
        restore_into(target, folder, manifest, progress)
    print(f"Restored as of {manifest.taken_at}. Start the services, and open jobs go on.")


def _seconds_left(settings: BackupSettings) -> float:
    """Until the next backup is due; below zero where it is late, or there is none."""
    last = BackupFolder(settings.folder).read()
    taken = datetime.fromisoformat(last.taken_at).timestamp() if last else 0.0
    return taken + settings.hours * 3600 - time.time()
