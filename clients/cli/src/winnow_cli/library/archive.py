"""One exported media: the ZIP file that ``export`` saves, as the commands of a library read it."""

import json
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from winnow_client.errors import BadInput
from winnow_client.files import readable, unreadable

_FORM = 1
_ABOUT, _CAPTIONS = "media.json", "transcript.vtt"
_MOST_CAPTIONS_BYTES = 5 << 20
"""The API takes no more."""
_NEEDED: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("id", "kind", "title", "created_at"), str),
    "tags": list,
    "size_bytes": int,
    "language": (str, type(None)),
}
"""What every export says of its media."""
_MOST_ABOUT_BYTES = 256 << 20
"""A job with the longest history has some megabytes; what has more is no export of ours."""


@dataclass(frozen=True, kw_only=True)
class Archive:
    """What an export says: ``about`` is its ``media.json``, ``original`` the name of the file as it was sent, if it is
    there.
    """

    file: Path
    about: dict[str, Any]
    original: str | None

    @property
    def media(self) -> dict[str, Any]:
        """The media as the API showed it."""
        media: dict[str, Any] = self.about["media"]
        return media

    @contextmanager
    def unpacked(self, folder: Path) -> Iterator[Path]:
        """The original as a file in ``folder``, which is removed afterwards. Raises BadInput if it is damaged."""
        assert self.original is not None
        file = folder / PurePosixPath(self.original).name
        try:
            with (
                _told(self.file),
                zipfile.ZipFile(self.file) as archive,
                archive.open(self.original) as packed,
                file.open("wb") as out,
            ):
                shutil.copyfileobj(packed, out, 1 << 20)
            yield file
        finally:
            file.unlink(missing_ok=True)

    def captions(self, folder: Path) -> Path | None:
        """What was said, as a captions file in ``folder`` that names its language; None if nothing was, or too much.

        Raises BadInput if it is damaged.
        """
        with _told(self.file), zipfile.ZipFile(self.file) as archive:
            if _CAPTIONS not in archive.namelist() or archive.getinfo(_CAPTIONS).file_size > _MOST_CAPTIONS_BYTES:
                return None
            text = archive.read(_CAPTIONS)
        if b"-->" not in text:
            return None
        language = self.media.get("language")
        file = folder / (f"captions.{language}.vtt" if language else "captions.vtt")
        file.write_bytes(text)
        return file


def read_archive(file: Path) -> Archive:
    """Reads what an export says. Raises BadInput if the file is none or not whole, NotFound if unreadable."""
    try:
        with _told(file), zipfile.ZipFile(file) as archive:
            if archive.getinfo(_ABOUT).file_size > _MOST_ABOUT_BYTES:
                raise KeyError(_ABOUT)
            about = json.loads(archive.read(_ABOUT))
            originals = [name for name in archive.namelist() if _is_original(name)]
    except OSError as error:
        raise unreadable(file, error) from error
    if not isinstance(about, dict) or about.get("winnow_export") != _FORM:
        raise BadInput(
            f"{readable(file)} is an export in a form that is not known here.",
            hint="Use a Winnow that is as new as the one that made it.",
        )
    if not _is_whole(about):
        raise _damaged(file)
    return Archive(file=file, about=about, original=originals[0] if originals else None)


def _is_whole(about: dict[str, Any]) -> bool:
    media, job, photo = (about.get(name, {}) for name in ("media", "job", "photo"))
    objects = all(isinstance(part, dict) for part in (media, job, photo))
    return objects and all(isinstance(media.get(name), kind) for name, kind in _NEEDED.items())


def _is_original(name: str) -> bool:
    path = PurePosixPath(name)
    return path.parts[:-1] == ("original",) and path.name != ".."


@contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except (KeyError, ValueError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise _damaged(file) from error


def _damaged(file: Path) -> BadInput:
    return BadInput(
        f"{readable(file)} is no export of a recording or photo, or it is damaged.",
        hint="Export it again with ./winnow export.",
    )
