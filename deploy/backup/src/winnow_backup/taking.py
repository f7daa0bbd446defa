"""Takes a backup of a running Winnow: objects, journals, database, and the objects that came meanwhile."""

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from winnow_backup.database import Dumps
from winnow_backup.folder import FORMAT, BackupFolder, JournalFile, Manifest, file_sum
from winnow_backup.objects import ObjectCopies, listed_objects, read_list
from winnow_backup.progress import BackupProgress
from winnow_base.objects.store import ObjectStore
from winnow_cli.text_times import counted, size
from winnow_contracts import object_keys
from winnow_contracts.errors import Unavailable
from winnow_journal.inspect.copy import copy_journal
from winnow_journal.values import JournalUnusable


def take_backup(
    folder: BackupFolder,
    *,
    database: Dumps,
    store: ObjectStore,
    journals: Mapping[str, Path],
    scale: Mapping[str, int],
    progress: BackupProgress,
) -> Manifest:
    """Takes a backup into a ``made`` folder, where an earlier one makes it shorter. Decision 96 tells why in this way.
    ``journals`` are folders by node, ``scale`` the number of nodes by worker, where a restore is to start as many.

    A journal gives up a command once index keeps it: what the journals do not have, the later database has. Objects are
    written before journals and database name them, and removed after these have forgotten them: those of their moments
    are the ones that were there before, and those that are there after. Raises Unavailable and Misconfigured.
    """
    last = folder.read()
    copies = ObjectCopies(folder, store, read_list(folder.object_list(last.taken_at)) if last else ())
    listed = listed_objects(store)
    progress.begin("Objects", sum(one.size_bytes for one in listed))
    copies.copy(listed, progress.moved)
    progress.end(f"{counted(len(listed), 'object')}, {size(sum(one.size_bytes for one in listed))}")

    before = {one.key for one in listed_objects(store)}
    taken_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    progress.begin("Journals")
    copied = _journals(folder, taken_at, journals)
    progress.end(counted(len(copied), "journal"))

    progress.begin("Database")
    dump = folder.database(taken_at)
    database.write(dump)
    progress.end(size(dump.stat().st_size))

    # An answer that is kept for repeats tells of an effect, which the database lacks if both came after its snapshot.
    listed = [one for one in listed_objects(store) if one.key in before or not one.key.startswith(object_keys.ACTIONS)]
    progress.begin("Objects that came meanwhile", sum(one.size_bytes for one in listed))
    copies.copy(listed, progress.moved)
    objects = folder.object_list(taken_at)
    count, size_bytes = copies.keep(before | {one.key for one in listed}, objects)
    progress.end(f"{counted(count, 'object')} in all, {size(size_bytes)}")
    manifest = Manifest(
        format=FORMAT,
        version=version("winnow-backup"),
        taken_at=taken_at,
        scale=scale,
        database=file_sum(dump),
        journals=copied,
        objects=file_sum(objects),
        object_count=count,
        object_bytes=size_bytes,
    )
    folder.seal(manifest)
    copies.tidy(objects)
    return manifest


def _journals(folder: BackupFolder, taken_at: str, journals: Mapping[str, Path]) -> tuple[JournalFile, ...]:
    copied = []
    for node, place in journals.items():
        file = folder.journal(taken_at, node)
        try:
            copy_journal(place, file)
        except JournalUnusable as error:
            raise Unavailable(
                f"The journal of {node} cannot be copied: {error}.",
                dependency="journal",
                hint="./winnow journal verify looks at it.",
            ) from error
        copied.append(JournalFile(node=node, file=file_sum(file)))
    return tuple(copied)
