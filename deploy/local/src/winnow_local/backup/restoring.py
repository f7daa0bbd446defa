"""Restores a backup into an empty stack: checks all of it first, and is whole only once its journals are in place."""

import shutil
from importlib.metadata import version

from winnow_base.objects.store import ObjectStore
from winnow_cli.text_times import counted, size
from winnow_contracts import object_keys, queues
from winnow_contracts.errors import BadInput, Conflict, Misconfigured
from winnow_local import broker_view
from winnow_local.backup.database import Dumps
from winnow_local.backup.folder import BackupFolder, FileSum, Manifest, check
from winnow_local.backup.objects import read_list
from winnow_local.backup.progress import BackupProgress
from winnow_local.home import Home
from winnow_local.journals_here import journals_of


def verify_backup(folder: BackupFolder, progress: BackupProgress) -> Manifest:
    """The manifest of a backup of which every byte is as it was written. Raises BadInput, NotFound, Misconfigured.

    A damaged content is set aside, so that the next backup into the folder fetches it again.
    """
    manifest = folder.wanted()
    if _numbers(manifest.version) > _numbers(version("winnow-local")):
        raise Misconfigured(
            f"The backup is of version {manifest.version}, this is {version('winnow-local')}.",
            hint="Restore it with that version or a later one.",
        )
    progress.begin("Checking", manifest.object_bytes)
    objects = folder.object_list(manifest.taken_at)
    check(objects, manifest.objects)
    check(folder.database(manifest.taken_at), manifest.database)
    for journal in manifest.journals:
        check(folder.journal(manifest.taken_at, journal.node), journal.file)
    for one in read_list(objects):
        try:
            check(folder.content(one.sha256), FileSum(size_bytes=one.size_bytes, sha256=one.sha256))
        except BadInput:
            folder.set_aside(one.sha256)
            raise
        progress.moved(one.size_bytes)
    progress.end("every file is as it was written")
    return manifest


def refuse_unless_empty(home: Home, *, database: Dumps, store: ObjectStore, amqp_url: str) -> None:
    """Raises Conflict with what the stack holds already."""
    lanes = broker_view.queue_states(amqp_url, (*queues.LANES, queues.INDEX_EVENTS))
    found = {
        "journals": [journal.node for journal in journals_of(home)],
        "tables in its database": [""] * database.tables(),
        "objects in its store": [key for key in store.keys("") if not key.startswith(object_keys.PROBES)],
        "queues in its broker": [name for name, state in lanes.items() if state is not None],
    }
    held = ", ".join(f"{len(things)} {what}" for what, things in found.items() if things)
    if held:
        raise Conflict(
            f"A backup is restored into an empty Winnow, and this one has {held}.",
            hint="Name another home: WINNOW_HOME=FOLDER ./winnow restore …",
        )


def restore_backup(
    folder: BackupFolder,
    manifest: Manifest,
    home: Home,
    *,
    database: Dumps,
    store: ObjectStore,
    progress: BackupProgress,
) -> None:
    """Restores a checked backup; once interrupted, a repeated call goes on. Raises Unavailable.

    The journals come last: until then nothing that could begin work is there.
    """
    progress.begin("Objects", manifest.object_bytes)
    there = {one.key: one.size_bytes for one in store.written("")}
    for one in read_list(folder.object_list(manifest.taken_at)):
        if there.get(one.key) != one.size_bytes:
            with folder.content(one.sha256).open("rb") as content:
                store.put_stream(one.key, content, one.content_type)
        progress.moved(one.size_bytes)
    progress.end(f"{counted(manifest.object_count, 'object')}, {size(manifest.object_bytes)}")
    progress.begin("Database")
    if not database.tables():
        database.read(folder.database(manifest.taken_at))
    database.settle()
    progress.end(size(manifest.database.size_bytes))
    progress.begin("Journals")
    for journal in manifest.journals:
        target = home.node(journal.node) / "journal" / "journal.db"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder.journal(manifest.taken_at, journal.node), target)
    progress.end(counted(len(manifest.journals), "journal"))


def _numbers(text: str) -> tuple[int, ...]:
    """The numbers of a version such as 1.2.3, to compare it."""
    return tuple(int(part) for part in text.split(".") if part.isdecimal())
