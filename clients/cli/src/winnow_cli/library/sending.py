"""Sends the original of one export to a library, with what is known to be said in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from winnow_cli.library.archive import Archive
from winnow_cli.library.progress import LibraryProgress
from winnow_client import Client
from winnow_client.errors import BadInput
from winnow_client.generated.queries import UploadMediaQuery
from winnow_contracts.languages import SPEECH_LANGUAGES

ORIGIN, ADDED = "imported_from", "imported_added_at"
"""Keys of a job's metadata: the id that the media had where it was exported, and when it was added there."""
_MOST_KEYS, _MOST_BYTES = 16, 2_000
"""Of a job's metadata."""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """The id that an original got; ``note`` says what of its export was left behind, if anything."""

    media_id: str
    note: str = ""


def send(client: Client, archive: Archive, room: Path, progress: LibraryProgress) -> Sent:
    """Sends the original, unpacked in the folder ``room``. A photo is looked at anew.

    Raises BadInput if there is none or it is damaged, and as the client does.
    """
    if archive.original is None:
        raise BadInput("It has no original: it was exported without, or its file was bad.")
    key = f"import-{archive.media['id']}"
    with archive.unpacked(room) as file:
        if archive.media["kind"] == "photo":
            return Sent(media_id=_send_photo(client, archive, file, key))
        options: UploadMediaQuery = {"priority": "bulk", "metadata": _metadata(archive)}
        if archive.media.get("language") in SPEECH_LANGUAGES:
            options["language"] = archive.media["language"]

        def upload(captions: Path | None) -> str:
            return client.media.upload(
                file, key=key, on_progress=progress.moving, captions=captions, again=True, **options
            ).media_id

        try:
            return Sent(media_id=upload(archive.captions(room)))
        except BadInput as error:
            if error.code != "invalid-captions":
                raise
            return Sent(media_id=upload(None), note=f"Its text was not taken, and is heard anew: {error.detail}")


def _send_photo(client: Client, archive: Archive, file: Path, key: str) -> str:
    answer = archive.about.get("photo", {}).get("classification") or {}
    query = {
        "filename": file.name,
        "priority": "bulk",
        "metadata": json.dumps(_metadata(archive)),
        **{name: answer.get(name) for name in ("language", "region")},
    }
    headers = {"Idempotency-Key": f'"{key}"', "Content-Type": "application/octet-stream"}
    sent = client.send("POST", "/v1/photos", content=file.read_bytes(), query=query, headers=headers)
    return str(sent["media_id"])


def _metadata(archive: Archive) -> Mapping[str, Any]:
    """The metadata that its job had, and where it comes from, if there is room for it."""
    own: dict[str, Any] = archive.about.get("job", {}).get("metadata") or {}
    whole = {**own, ORIGIN: archive.media["id"], ADDED: archive.media["created_at"]}
    fits = len(whole) <= _MOST_KEYS and len(json.dumps(whole, ensure_ascii=False).encode()) <= _MOST_BYTES
    return whole if fits else own
