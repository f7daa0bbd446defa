"""Gathers what is known of a recording or photo as the members of a ZIP file."""

import json
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Any

from winnow_base.objects.store import ObjectStore
from winnow_captions import writing
from winnow_contracts.errors import NotFound
from winnow_contracts.index_api.media import MediaView
from winnow_exports.zip_stream import Member, Piece, document
from winnow_gateway.clients.media_reads import IndexReads, not_ready
from winnow_gateway.clients.views import public_media
from winnow_photos.photo_reads import PhotoReads

FORM = 1
"""Of ``media.json``; it rises when something that was there changes its meaning."""
_TRANSCRIPTS = {"vtt": writing.vtt, "srt": writing.srt, "txt": writing.txt}
_RESERVED = '<>:"|?*'
"""Characters that Windows allows in no name."""
_MOST_NAME_BYTES, _MOST_ENDING = 200, 16


class Contents:
    """Reads a media's parts. Raises NotFound, Gone, Conflict (``not-ready``) and Unavailable."""

    def __init__(self, objects: ObjectStore, reads: IndexReads, photos: PhotoReads) -> None:
        self._objects = objects
        self._reads = reads
        self._photos = photos

    def of(self, tenant_id: str, media_id: str, *, kind: str | None, original: bool) -> tuple[MediaView, list[Member]]:
        """The media and its members: documents first, the original last. ``kind`` None: of any kind.

        A failed one has ``media.json`` alone: files that have not passed the check are never given out.
        """
        view = self._reads.media_with_keys(tenant_id, media_id)
        if kind not in (None, view.kind):
            raise NotFound(f"{media_id} is no {kind}.", hint=f"Look at /v1/media/{media_id}.")
        if view.status == "processing":
            raise not_ready(media_id)
        files = self._files(tenant_id, view, original=original) if view.status == "ready" else []
        texts = self._transcript(tenant_id, view) if view.has_transcript else []
        about = self._about(tenant_id, view) | {"files": [member.name for member in (*texts, *files)]}
        return view, [document("media.json", _json(about)), *texts, *files]

    def _about(self, tenant_id: str, view: MediaView) -> dict[str, Any]:
        photo = {"photo": self._photos.photo(tenant_id, view.id)} if view.kind == "photo" else {}
        history = self._reads.trace(tenant_id, view.job_id)
        return {"winnow_export": FORM, "media": public_media(view), **photo, **history}

    def _transcript(self, tenant_id: str, view: MediaView) -> list[Member]:
        transcript = self._reads.transcript(tenant_id, view.id)
        texts = [document(f"transcript.{form}", write(transcript)) for form, write in _TRANSCRIPTS.items()]
        return [document("transcript.json", _json(transcript)), *texts]

    def _files(self, tenant_id: str, view: MediaView, *, original: bool) -> list[Member]:
        if view.kind == "photo":
            keys = self._photos.photo_with_keys(tenant_id, view.id).keys
            pictures = {"image.jpg": keys.image, "thumbnail.jpg": keys.thumbnail}
        else:
            pictures = {"poster.jpg": view.keys.poster, "thumbnail.jpg": view.keys.thumbnail}
        wanted = {**pictures, **({original_name(view): view.keys.original} if original else {})}
        return [self._stored(name, key) for name, key in wanted.items() if key]

    def _stored(self, name: str, key: str) -> Member:
        size_bytes = self._objects.stat(key).size_bytes

        def pieces() -> AsyncGenerator[Piece, None]:
            return self._objects.pieces(key, 0, size_bytes)

        return Member(name=name, size_bytes=size_bytes, pieces=pieces, packed=False)


def original_name(view: MediaView) -> str:
    """Where the original lies in the ZIP file: in a folder of its own, under a name that every file system takes."""
    name = "".join("_" if one in _RESERVED else one for one in view.filename).strip(" .") or view.id
    if len(name.encode()) > _MOST_NAME_BYTES:
        stem, dot, ending = name.rpartition(".")
        end = f"{dot}{ending}" if stem and len(ending) <= _MOST_ENDING else ""
        name = name.encode()[: _MOST_NAME_BYTES - len(end.encode())].decode(errors="ignore") + end
    return f"original/{name}"


def created_ms(view: MediaView) -> int:
    """When the media was added, in Unix milliseconds."""
    return round(datetime.fromisoformat(view.created_at).timestamp() * 1000)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
