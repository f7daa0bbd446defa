"""Copies the bucket's objects into a backup, each content once, and only what was not copied before."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO
from uuid import uuid4

from winnow_backup.folder import BackupFolder
from winnow_base.objects.store import ObjectStore, Written
from winnow_contracts import object_keys
from winnow_contracts.errors import Misconfigured, NotFound

_AT_ONCE = 4
_BATCH = 64
_LEFT_OUT = (object_keys.PROBES, object_keys.DECLARED_UPLOADS)
"""What is there for a moment, and uploads in parts: no list of the store has their parts, so they begin anew."""


@dataclass(frozen=True, kw_only=True)
class KeptObject:
    """An object of the backup. ``written_ms`` is when the store last wrote it, in Unix milliseconds."""

    key: str
    size_bytes: int
    written_ms: int
    content_type: str
    sha256: str


class ObjectCopies:
    """The copies of one store's objects. ``moved`` is called with the bytes of each object that is dealt with."""

    def __init__(self, folder: BackupFolder, store: ObjectStore, known: Iterable[KeptObject]) -> None:
        self._folder = folder
        self._store = store
        self._notes = folder.root / "objects.part"
        self._kept = {one.key: one for one in (*known, *read_list(self._notes))}

    def copy(self, listed: Iterable[Written], moved: Callable[[int], None] = lambda size_bytes: None) -> None:
        """Copies what is new or was written again since. An interrupted copy goes on where it was.

        Raises Unavailable. What is removed meanwhile is left out.
        """
        waiting = iter(listed)
        with self._notes.open("a", encoding="utf-8") as notes, ThreadPoolExecutor(_AT_ONCE) as pool:
            while batch := list(islice(waiting, _BATCH)):
                for written, kept in zip(batch, pool.map(self._copied, batch), strict=True):
                    if kept is not None and self._kept.get(kept.key) != kept:
                        self._kept[kept.key] = kept
                        notes.write(_line(kept))
                    moved(written.size_bytes)
                notes.flush()

    def keep(self, keys: Set[str], file: Path) -> tuple[int, int]:
        """Writes the list of those ``keys`` that were copied; returns how many, and their bytes together.

        Raises Misconfigured if a content is no longer in the folder.
        """
        kept = [self._kept[key] for key in sorted(keys & self._kept.keys(), key=str.encode)]
        for one in kept:
            if not self._is_here(one):
                raise Misconfigured(
                    f"{self._folder.content(one.sha256)} is gone or has another size; the backup is not whole.",
                    hint="See that nothing else writes to its folder, and repeat the backup.",
                )
        with file.open("w", encoding="utf-8") as out:
            out.writelines(map(_line, kept))
        return len(kept), sum(one.size_bytes for one in kept)

    def tidy(self, file: Path) -> None:
        """Removes contents that the list in ``file`` does not name, and the notes of the copy."""
        named = {one.sha256 for one in read_list(file)}
        for path in self._folder.contents.glob("*/*"):
            if path.name not in named:
                path.unlink()
        self._notes.unlink()

    def _copied(self, written: Written) -> KeptObject | None:
        known = self._kept.get(written.key)
        same = known and (known.size_bytes, known.written_ms) == (written.size_bytes, written.written_ms)
        if known and same and self._is_here(known):
            return known
        try:
            return self._fetched(written)
        except NotFound:
            return None

    def _is_here(self, one: KeptObject) -> bool:
        path = self._folder.content(one.sha256)
        return path.exists() and path.stat().st_size == one.size_bytes

    def _fetched(self, written: Written) -> KeptObject:
        content_type = self._store.stat(written.key).content_type
        fresh = self._folder.contents / f"{uuid4().hex}.new"
        digest, size_bytes = hashlib.sha256(), 0
        try:
            with fresh.open("wb") as file:
                for chunk in self._store.chunks(written.key):
                    digest.update(chunk)
                    size_bytes += file.write(chunk)
            path = self._folder.content(digest.hexdigest())
            path.parent.mkdir(mode=0o700, exist_ok=True)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
        return KeptObject(
            key=written.key,
            size_bytes=size_bytes,
            written_ms=written.written_ms,
            content_type=content_type,
            sha256=digest.hexdigest(),
        )


def listed_objects(store: ObjectStore) -> list[Written]:
    """Every object that a backup has, as the store lists them now."""
    return [one for one in store.written("") if not one.key.startswith(_LEFT_OUT)]


def read_list(file: Path) -> Iterator[KeptObject]:
    """The objects of a list; none if there is no file. A last line that was not written whole is passed over."""
    if not file.exists():
        return
    with file.open(encoding="utf-8") as lines:
        yield from _read(lines)


def _read(lines: TextIO) -> Iterator[KeptObject]:
    for line in lines:
        if line.endswith("\n"):
            yield KeptObject(**json.loads(line))


def _line(kept: KeptObject) -> str:
    return json.dumps(asdict(kept), ensure_ascii=False) + "\n"
