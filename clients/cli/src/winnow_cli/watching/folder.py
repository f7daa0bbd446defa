"""The files of a watched folder that may be sent, with what tells whether they changed."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from winnow_cli.adding.adding import Beside
from winnow_cli.photos.names import is_photo
from winnow_client.errors import WinnowError

_RECORDINGS = (
    *(".mp4", ".m4v", ".mov", ".m4a", ".3gp", ".mkv", ".webm", ".avi", ".ts", ".m2ts", ".mts", ".mpg", ".mpeg"),
    *(".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aac"),
)
Look = tuple[int, ...]
"""Sizes and times of change of a file and of the captions beside it: what is alike has not changed."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A file in the folder. ``name`` is its path within it, with slashes.

    ``unsure`` says why its captions cannot be told.
    """

    name: str
    path: Path
    look: Look
    captions: Path | None = None
    unsure: WinnowError | None = None

    @property
    def is_photo(self) -> bool:
        """Whether it is sent as a photo."""
        return is_photo(self.name)


def find_files(folder: Path, *, recursive: bool, photos: bool, beside: Beside) -> Iterator[Found]:
    """The recordings of a folder and, if asked for, its photos, by name. Raises OSError if it cannot be read.

    Hidden files and folders, and what browsers are still loading down (``talk.mp4.part``), are none.
    """
    for path in _walk(folder, recursive):
        name = path.relative_to(folder).as_posix()
        photo = photos and is_photo(name)
        look = _look(path) if photo or path.suffix.lower() in _RECORDINGS else None
        if look is None:
            continue
        if photo:
            yield Found(name=name, path=path, look=look)
            continue
        try:
            captions = beside(path)
        except WinnowError as error:
            yield Found(name=name, path=path, look=look, unsure=error)
            continue
        of_captions = _look(captions) if captions else ()
        yield Found(name=name, path=path, look=(*look, *(of_captions or ())), captions=captions)


def _walk(folder: Path, recursive: bool) -> Iterator[Path]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if recursive:
                yield from _walk(Path(entry.path), recursive)
        else:
            yield Path(entry.path)


def _look(path: Path) -> Look | None:
    """Size and time of change; None if there is no file (any more)."""
    try:
        about = path.stat()
    except OSError:
        return None
    return (about.st_size, about.st_mtime_ns) if stat.S_ISREG(about.st_mode) else None
