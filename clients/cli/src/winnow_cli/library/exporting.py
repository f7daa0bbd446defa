"""Exports a whole library into a folder: a ZIP file for each media, and a list of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from winnow_cli.library.archive import read_archive
from winnow_cli.library.progress import LibraryProgress
from winnow_client import Client
from winnow_client.errors import Misconfigured, Unavailable, WinnowError
from winnow_client.files import readable
from winnow_client.generated.models import Media
from winnow_client.generated.queries import ExportMediaQuery

MANIFEST = "library.json"
_FORM = 1
_PAGE = 100


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What became of one media: ``state`` is fetched, kept (it was there) or left out, with the ``error``."""

    media: Media
    state: str
    file: Path | None = None
    error: WinnowError | None = None

    def to_json(self) -> dict[str, Any]:
        """As the manifest and ``--json`` show it."""
        media = self.media
        shown: dict[str, Any] = {"id": media.id, "kind": media.kind, "title": media.title, "tags": list(media.tags)}
        shown |= {"created_at": media.created_at, "status": media.status, "state": self.state}
        if self.file:
            shown |= {"file": self.file.name, "size_bytes": self.file.stat().st_size}
        return shown | ({"error": self.error.to_json()} if self.error else {})


def export_library(client: Client, folder: Path, *, originals: bool) -> list[Exported]:
    """Exports every media, the oldest first; returns what became of each.

    What is there whole, of the same version of title and tags, is not fetched again. One that is refused does not stop
    the next. Raises Misconfigured if the folder cannot be written, and Unavailable; another run goes on then.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(f"{readable(folder)} is no folder to write to: {error.strerror}.") from error
    found = list(client.media.list(limit=_PAGE))[::-1]
    progress = LibraryProgress(len(found), sum(media.size_bytes for media in found) if originals else 0)
    results = [_export(client, media, folder, progress, originals=originals) for media in found]
    _write_manifest(folder / MANIFEST, results, originals=originals)
    return results


def _export(client: Client, media: Media, folder: Path, progress: LibraryProgress, *, originals: bool) -> Exported:
    file = folder / f"{media.id}.zip"
    if _is_there(file, media, originals=originals):
        result = Exported(media=media, state="kept", file=file)
    else:
        wanted: ExportMediaQuery = {} if originals else {"original": "false"}
        try:
            client.media.export(media.id, file, on_progress=progress.moving, **wanted)
            result = Exported(media=media, state="fetched", file=file)
        except (Unavailable, Misconfigured):
            raise
        except WinnowError as error:
            result = Exported(media=media, state="left out", error=error)
    why = f": {result.error.detail}" if result.error else ""
    size_bytes = media.size_bytes if originals else 0
    progress.ended(f"{media.id}  {result.state}  {media.title}{why}", size_bytes, moved=result.state == "fetched")
    return result


def _is_there(file: Path, media: Media, *, originals: bool) -> bool:
    """Whether the file is a whole export of the media as it is now. Files are renamed once they are whole."""
    try:
        archive = read_archive(file)
    except WinnowError:
        return False
    known = archive.media
    has_original = archive.original is not None or media.status != "ready"
    same = (known.get("version"), known.get("status")) == (media.version, media.status)
    return same and (has_original or not originals)


def _write_manifest(file: Path, results: Sequence[Exported], *, originals: bool) -> None:
    manifest = {
        "winnow_library": _FORM,
        "exported_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "originals": originals,
        "items": [result.to_json() for result in results],
    }
    partial = file.with_name(f".{file.name}.part")
    try:
        partial.write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
        partial.replace(file)
    except OSError as error:
        raise Misconfigured(f"{readable(file)} cannot be written: {error.strerror}.") from error
