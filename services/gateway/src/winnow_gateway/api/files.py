"""GET /v1/media/{id}/stream, /poster, /thumbnail: bytes from the store, in ranges, as nothing but media."""

import hashlib
from urllib.parse import quote

from flask import Response
from werkzeug.wsgi import ClosingIterator

from winnow_chassis.objects import ObjectStore
from winnow_contracts import formats
from winnow_contracts.errors import NotFound
from winnow_gateway.collaborators import Collaborators
from winnow_gateway.operations import Answer, Call, Operation, Query, Schema
from winnow_gateway.problems import problem
from winnow_gateway.ranges import Unsatisfiable, read_range
from winnow_gateway.reads import IndexReads, not_ready

_BINARY: Schema = {"type": "string", "format": "binary"}
_PLAYABLE = frozenset(value.content_type for value in vars(formats).values() if isinstance(value, formats.Format)) | {
    "audio/webm",
    "video/ogg",
}
_PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})


class Files:
    """Serves a media's files."""

    def __init__(self, objects: ObjectStore, reads: IndexReads) -> None:
        self._objects = objects
        self._reads = reads

    def stream(self, call: Call) -> Response:
        """The recording in a form that browsers play: the rendition, or the original where that plays."""
        view = self._reads.media_with_keys(call.tenant_id, call.path["media_id"])
        keys = view.get("keys") or {}
        key = keys.get("rendition") or keys.get("original")
        if view["status"] == "processing" or (key and key.startswith("in/")):
            # What has not passed the check is never served.
            raise not_ready(view["id"])
        content_type = keys.get("rendition_type") if keys.get("rendition") else view["content_type"]
        return self._serve(call, key, content_type or "", _PLAYABLE, view["filename"])

    def poster(self, call: Call) -> Response:
        """The large still picture."""
        return self._picture(call, "poster")

    def thumbnail(self, call: Call) -> Response:
        """The small still picture."""
        return self._picture(call, "thumbnail")

    def _picture(self, call: Call, name: str) -> Response:
        view = self._reads.media_with_keys(call.tenant_id, call.path["media_id"])
        key = (view.get("keys") or {}).get(name)
        content_type = self._objects.stat(key).content_type if key else ""
        return self._serve(call, key, content_type, _PICTURES, f"{name}.jpg")

    def _serve(self, call: Call, key: str | None, content_type: str, fit: frozenset[str], filename: str) -> Response:
        if not key:
            raise NotFound(f"{call.path['media_id']} has no such file.")
        size = self._objects.stat(key).size_bytes
        # A key's content never changes, so its hash names the version.
        etag = f'"{hashlib.sha256(key.encode()).hexdigest()[:32]}"'
        headers = {
            "Accept-Ranges": "bytes",
            "ETag": etag,
            "Cache-Control": "private, max-age=300",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Content-Disposition": _disposition("inline" if content_type in fit else "attachment", filename),
        }
        wanted = call.request.headers.get("Range") if _same_version(call, etag) else None
        try:
            part = read_range(wanted, size)
        except Unsatisfiable:
            about = f"The file has {size} bytes; the range {wanted!r} lies outside."
            return problem("range-not-satisfiable", about, headers={"Content-Range": f"bytes */{size}"})
        if part is not None:
            headers["Content-Range"] = part.content_range()
        start, length = (part.start, part.length) if part else (0, size)
        headers["Content-Length"] = str(length)
        chunks = (
            ClosingIterator(iter(())) if call.request.method == "HEAD" else self._objects.chunks(key, start, length)
        )
        return Response(
            chunks,
            206 if part else 200,
            headers,
            content_type=content_type if content_type in fit else "application/octet-stream",
            direct_passthrough=True,
        )


def _same_version(call: Call, etag: str) -> bool:
    return call.request.headers.get("If-Range", etag) == etag


def _disposition(kind: str, filename: str) -> str:
    """A Content-Disposition with an ASCII fallback beside the real name (RFC 6266)."""
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\;%' else "_" for c in filename)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


def operations(parts: Collaborators) -> tuple[Operation, ...]:
    """The operations on a media's files."""
    files = Files(parts.objects, parts.reads)
    wanted = Query(name="Range", about="One byte range.", schema={"type": "string"})

    def operation(name: str, about: str, media_types: tuple[str, ...], more: tuple[str, ...]) -> Operation:
        content = dict.fromkeys((*media_types, "application/octet-stream"), _BINARY)
        return Operation(
            name=f"get_{name}",
            method="GET",
            path=f"/v1/media/{{media_id}}/{name}",
            about=about,
            handler=getattr(files, name),
            headers=(wanted,),
            answers=(
                Answer(status=200, about="All of it.", content=content, headers=("Accept-Ranges", "ETag")),
                Answer(status=206, about="The range.", content=content, headers=("Content-Range", "ETag")),
            ),
            problems=("not-found", "range-not-satisfiable", "unavailable", *more),
        )

    pictures = tuple(sorted(_PICTURES))
    return (
        operation("stream", "The recording, to play.", tuple(sorted(_PLAYABLE)), ("not-ready",)),
        operation("poster", "A still picture of it.", pictures, ()),
        operation("thumbnail", "A small still picture of it.", pictures, ()),
    )
