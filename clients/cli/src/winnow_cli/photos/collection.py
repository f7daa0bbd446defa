"""Reads photos from a folder or a zip, with labels from their folders and from ``split.csv``."""

import csv
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from winnow_cli.photos.names import is_photo, name_in_zip
from winnow_client.errors import BadInput, NotFound
from winnow_client.files import opened, readable, unreadable
from winnow_contracts.photo_formats import MAX_BYTES

SPLIT_FILE = "split.csv"
"""Has the columns ``path`` and ``split``: the use of each photo, for example ``train`` or ``val``."""


@dataclass(frozen=True, kw_only=True)
class Photo:
    """One photo. ``name`` is its path within the collection; ``split`` is from ``split.csv``, empty if not listed."""

    name: str
    split: str
    read: Callable[[], bytes]

    @property
    def folder(self) -> str:
        """The folder that contains it; empty at the top."""
        return PurePosixPath(self.name).parent.name


@contextmanager
def photos_in(source: Path) -> Iterator[tuple[Photo, ...]]:
    """The photos of a folder, of a zip, or of a folder that holds one zip and no photos; sorted by name.

    They can be read within the block. Raises NotFound if there are none; BadInput if a file is no zip.
    """
    found = _in_folder(source) if source.is_dir() else ()
    if found:
        yield found
        return
    archive = _zip_of(source)
    with archive.open("rb") as file:
        try:
            opened = zipfile.ZipFile(file)
        except zipfile.BadZipFile as error:
            raise BadInput(f"{archive} is neither a folder nor a zip.", code="unsupported-type") from error
        photos = _in_zip(opened, _split_beside(archive))
        if not photos:
            raise NotFound(f"There is no photo in {archive}.")
        yield photos


def read_photo_file(file: Path) -> bytes:
    """The bytes of a photo. Raises BadInput if it is no file or larger than Winnow accepts; NotFound if it cannot be
    read.
    """
    with opened(file) as (stream, size_bytes):
        _refuse_large(readable(file), size_bytes)
        try:
            return stream.read(MAX_BYTES)
        except OSError as error:
            raise unreadable(file, error) from error


def _refuse_large(name: str, size_bytes: int) -> None:
    if size_bytes > MAX_BYTES:
        raise BadInput(f"{name} has {size_bytes:,} bytes; photos may have {MAX_BYTES:,}.", code="too-large")


def _in_folder(folder: Path) -> tuple[Photo, ...]:
    split = _split_beside(folder / SPLIT_FILE)
    named = [(readable(file.relative_to(folder)), file) for file in sorted(folder.rglob("*"))]
    named = [(name, file) for name, file in named if is_photo(name) and file.is_file()]
    return tuple(
        Photo(name=name, split=split.get(name, ""), read=partial(read_photo_file, file)) for name, file in named
    )


def _zip_of(source: Path) -> Path:
    if not source.is_dir():
        if not source.is_file():
            raise NotFound(f"There is no folder or zip {source}.")
        return source
    archives = sorted(source.glob("*.zip"))
    if len(archives) != 1:
        raise NotFound(f"{source} has no photos, and {len(archives)} zips where one was looked for.")
    return archives[0]


def _in_zip(archive: zipfile.ZipFile, split: Mapping[str, str]) -> tuple[Photo, ...]:
    named = {name_in_zip(member): member for member in archive.infolist() if not member.is_dir()}
    return tuple(
        Photo(name=name, split=split.get(name, ""), read=_reader(archive, name, member))
        for name, member in sorted(named.items())
        if is_photo(name)
    )


def _reader(archive: zipfile.ZipFile, name: str, member: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        _refuse_large(name, member.file_size)
        return archive.read(member)

    return read


def _split_beside(file: Path) -> Mapping[str, str]:
    table = file.parent / SPLIT_FILE
    if not table.is_file():
        return {}
    with table.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    if not all(row.get("path") and row.get("split") for row in rows):
        raise BadInput(f"{table} needs the columns path and split.")
    return {row["path"]: row["split"] for row in rows}
