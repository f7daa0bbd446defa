"""Imports a folder of exports into a library: each original is sent once, however often it is imported."""

import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from winnow_cli.library.archive import Archive, read_archive
from winnow_cli.library.corrections import bring_corrections, corrections_of
from winnow_cli.library.progress import LibraryProgress
from winnow_cli.library.sending import ORIGIN, Sent, send
from winnow_cli.output import say_aside
from winnow_client import Client
from winnow_client.errors import Conflict, Gone, Misconfigured, NotFound, Unavailable, WinnowError
from winnow_client.files import readable

_KNOWN_SECONDS = 60.0
"""How long an upload that was accepted may stay unknown to index, which keeps titles and tags."""
_LOOK_SECONDS = 0.3
_ANSWER_SECONDS = 60.0
"""How long photos are waited for that have corrections and no answer yet, all of them together."""
_IN_VAIN = {"failed": "failed", "cancelled": "was cancelled"}
"""States of a job that made nothing, in words."""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What became of one export: ``state`` is sent, there (it was imported or is the media itself), or left out.

    ``note`` says what of one that was sent was left behind.
    """

    file: Path
    state: str
    origin: str = ""
    media_id: str = ""
    note: str = ""
    error: WinnowError | None = None

    def to_json(self) -> dict[str, Any]:
        """As ``--json`` shows it."""
        shown = {"file": readable(self.file.name), "state": self.state, "from": self.origin, "media_id": self.media_id}
        shown |= {"note": self.note} if self.note else {}
        return shown | ({"error": self.error.to_json()} if self.error else {})


def import_library(client: Client, folder: Path) -> list[Imported]:
    """Sends the original of each export that this library lacks, the oldest first; returns what became of each.

    One that is refused does not stop the next. Raises NotFound if the folder has no exports, Misconfigured if nothing
    can be unpacked there, and Unavailable; another run goes on then.
    """
    files = sorted(folder.glob("*.zip"))
    if not files:
        raise NotFound(f"There are no exports in {readable(folder)}.", hint="./winnow library export makes them.")
    read = [_read(file) for file in files]
    archives = sorted((one for one in read if isinstance(one, Archive)), key=_added)
    broken = [one for one in read if isinstance(one, Imported)]
    progress = LibraryProgress(len(files), sum(map(_size_bytes, archives)))
    for one in broken:
        _tell(progress, one, 0)
    results = broken
    try:
        with tempfile.TemporaryDirectory(prefix=".import-", dir=folder) as room:
            for archive in archives:
                result = _import(client, archive, Path(room), progress)
                _tell(progress, result, _size_bytes(archive))
                results.append(result)
        _bring_corrections(client, {archive.file: archive for archive in archives}, results)
    except OSError as error:
        raise Misconfigured(
            f"{readable(folder)} has no room to unpack an original: {error.strerror}.",
            hint="Each is unpacked beside its ZIP file before it is sent.",
        ) from error
    return results


def _read(file: Path) -> Archive | Imported:
    try:
        return read_archive(file)
    except WinnowError as error:
        return Imported(file=file, state="left out", error=error)


def _import(client: Client, archive: Archive, room: Path, progress: LibraryProgress) -> Imported:
    origin = str(archive.media["id"])
    try:
        found = _find(client, archive, origin)
        if found == origin:  # this is where it was exported
            return Imported(file=archive.file, state="there", origin=origin, media_id=origin)
        sent = Sent(media_id=found) if found else send(client, archive, room, progress)
        _describe(client, archive, sent.media_id)
        state = "there" if found else "sent"
        return Imported(file=archive.file, state=state, origin=origin, media_id=sent.media_id, note=sent.note)
    except Unavailable:
        raise
    except WinnowError as error:
        return Imported(file=archive.file, state="left out", origin=origin, error=error)


def _find(client: Client, archive: Archive, origin: str) -> str:
    """The id under which this library has the media; empty if it has not. Raises Conflict if its import failed."""
    try:
        return str(client.get(f"/v1/media/{origin}")["id"])
    except Gone:
        raise
    except NotFound:
        jobs = client.get("/v1/jobs", {"metadata": {ORIGIN: origin}, "limit": 1})["items"]
        if jobs and jobs[0]["status"] in _IN_VAIN:
            raise Conflict(
                f"It was sent before, and its job {_IN_VAIN[jobs[0]['status']]}.",
                hint=f"./winnow retry {jobs[0]['id']} runs it again.",
            ) from None
        return str(jobs[0]["media_id"]) if jobs else ""


def _describe(client: Client, archive: Archive, media_id: str) -> None:
    """Gives it the title and tags that it had, unless somebody edited it here."""
    wanted = {"title": archive.media["title"], "tags": archive.media["tags"]}
    until = time.monotonic() + _KNOWN_SECONDS
    while True:
        here = client.get(f"/v1/media/{media_id}")
        if here["version"] or {name: here[name] for name in wanted} == wanted:
            return
        try:
            client.send("PATCH", f"/v1/media/{media_id}", wanted, headers={"If-Match": '"0"'})
            return
        except Conflict:
            if time.monotonic() > until:
                raise
        time.sleep(_LOOK_SECONDS)


def _bring_corrections(client: Client, archives: Mapping[Path, Archive], results: list[Imported]) -> None:
    """Adds the corrections of photos once all was sent, so that most have their answers; notes what is left behind."""
    until = time.monotonic() + _ANSWER_SECONDS
    for at, result in enumerate(results):
        if result.error or result.media_id == result.origin or not corrections_of(archives[result.file]):
            continue
        try:
            note = bring_corrections(client, archives[result.file], result.media_id, until)
        except Unavailable:
            raise
        except WinnowError as error:
            note = f"Its corrections are left behind: {error.detail}"
        if note:
            results[at] = replace(result, note=f"{result.note} {note}".strip())
            say_aside(f"{readable(result.file.name)}  {result.media_id}: {note}")


def _tell(progress: LibraryProgress, result: Imported, size_bytes: int) -> None:
    why = f"{result.error.detail} {result.error.hint}".rstrip() if result.error else result.note
    line = f"{readable(result.file.name)}  {result.state}  {result.media_id}{': ' if why else ''}{why}"
    progress.ended(line, size_bytes, moved=result.state == "sent")


def _added(archive: Archive) -> tuple[str, str]:
    return str(archive.media["created_at"]), str(archive.media["id"])


def _size_bytes(archive: Archive) -> int:
    return int(archive.media["size_bytes"]) if archive.original else 0
