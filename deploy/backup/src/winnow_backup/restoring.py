"""Restores a backup into an empty Winnow: checks all of it first, and is whole only once its journals are in place."""

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from winnow_backup.broker import declared_queues
from winnow_backup.database import Dumps
from winnow_backup.folder import BackupFolder, FileSum, Manifest, check
from winnow_backup.objects import read_list
from winnow_backup.progress import BackupProgress
from winnow_base.objects.store import ObjectStore
from winnow_cli.text_times import counted, size
from winnow_contracts import object_keys, queues
from winnow_contracts.errors import BadInput, Conflict, Misconfigured


@dataclass(frozen=True, kw_only=True)
class Target:
    """A Winnow that does not run, into which a backup is restored."""

    database: Dumps
    store: ObjectStore
    amqp_url: str
    journals: Callable[[], Iterable[str]]
    """Tells the nodes that have a journal there."""
    data_folder: Callable[[str], Path]
    """Where a node's data lie. Raises Misconfigured for a node that it has no place for."""
    mark: Path
    """A file that is there while the restored backup is not whole; holds which."""
    another: str
    """What to do for another, empty one."""


def verify_backup(folder: BackupFolder, progress: BackupProgress) -> Manifest:
    """The manifest of a backup of which every byte is as it was written. Raises BadInput, NotFound, Misconfigured.

    A damaged content is set aside, so that the next backup into the folder fetches it again.
    """
    manifest = folder.wanted()
    if _numbers(manifest.version) > _numbers(version("winnow-backup")):
        raise Misconfigured(
            f"The backup is of version {manifest.version}, this is {version('winnow-backup')}.",
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


def restore_into(target: Target, folder: BackupFolder, manifest: Manifest, progress: BackupProgress) -> None:
    """Restores a checked backup into an empty Winnow; once interrupted, a repeated call goes on.

    Raises Conflict with what is there already, Unavailable, and Misconfigured.
    """
    places = {journal.node: target.data_folder(journal.node) for journal in manifest.journals}
    begun = target.mark.read_text(encoding="utf-8") if target.mark.exists() else ""
    if begun not in ("", manifest.taken_at):
        raise Conflict(f"The backup of {begun} was restored here in part.", hint=f"Restore that one. {target.another}")
    if not begun:
        _refuse_unless_empty(target)
        target.mark.write_text(manifest.taken_at, encoding="utf-8")
    _restore(target, places, folder, manifest, progress)
    os.sync()  # a power cut after the mark is gone must find the journals
    target.mark.unlink()


def _refuse_unless_empty(target: Target) -> None:
    found = {
        "journals": list(target.journals()),
        "tables in its database": [""] * target.database.tables(),
        "objects in its store": [key for key in target.store.keys("") if not key.startswith(object_keys.PROBES)],
        "queues in its broker": declared_queues(target.amqp_url, (*queues.LANES, queues.INDEX_EVENTS)),
    }
    held = ", ".join(f"{len(things)} {what}" for what, things in found.items() if things)
    if held:
        raise Conflict(f"A backup is restored into an empty Winnow, and this one has {held}.", hint=target.another)


def _restore(
    target: Target, places: Mapping[str, Path], folder: BackupFolder, manifest: Manifest, progress: BackupProgress
) -> None:
    """The journals come last: until then nothing that could begin work is there. ``places``: data folders by node."""
    progress.begin("Objects", manifest.object_bytes)
    there = {one.key: one.size_bytes for one in target.store.written("")}
    for one in read_list(folder.object_list(manifest.taken_at)):
        if there.get(one.key) != one.size_bytes:
            with folder.content(one.sha256).open("rb") as content:
                target.store.put_stream(one.key, content, one.content_type)
        progress.moved(one.size_bytes)
    progress.end(f"{counted(manifest.object_count, 'object')}, {size(manifest.object_bytes)}")
    progress.begin("Database")
    if not target.database.tables():
        target.database.read(folder.database(manifest.taken_at))
    target.database.settle()
    progress.end(size(manifest.database.size_bytes))
    progress.begin("Journals")
    for node, place in places.items():
        journal = place / "journal" / "journal.db"
        journal.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder.journal(manifest.taken_at, node), journal)
    progress.end(counted(len(places), "journal"))


def _numbers(text: str) -> tuple[int, ...]:
    """The numbers of a version such as 1.2.3, to compare it."""
    return tuple(int(part) for part in text.split(".") if part.isdecimal())
