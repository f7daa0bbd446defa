"""GET /v1/media/{id}/stream, /poster, /thumbnail: a recording's files."""

from flask import Response

from winnow_base.objects.store import ObjectStore
from winnow_contracts import formats
from winnow_contracts.errors import NotFound
from winnow_contracts.index_api.media import MediaKeys
from winnow_gateway.api.serving import IF_NONE_MATCH, RANGE, FileServing, Served, file_answers
from winnow_gateway.clients.media_reads import IndexReads, not_ready
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import Call, Operation

_PLAYABLE = frozenset(value.content_type for value in vars(formats).values() if isinstance(value, formats.Format)) | {
    "audio/webm",
    "video/ogg",
}
_PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})


class Files:
    """Serves a recording's files."""

    def __init__(self, objects: ObjectStore, serving: FileServing, reads: IndexReads) -> None:
        self._objects = objects
        self._serving = serving
        self._reads = reads

    def stream(self, call: Call) -> Response:
        """Serves the recording in a form that browsers play: the rendition, or the original if browsers play that."""
        view = self._reads.media_with_keys(call.tenant_id, call.path["media_id"])
        if view.kind == "photo":
            # The original of a photo may contain where it was taken. It has its own route, whose name says so.
            raise NotFound(f"{view.id} is a photo.", hint=f"Look at /v1/photos/{view.id}.")
        keys = view.keys
        key = keys.rendition or keys.original
        if view.status == "processing" or (key and view.status != "ready"):
            # Files that have not passed the check are never served. A stored result means that the file passed.
            raise not_ready(view.id)
        content_type = keys.rendition_type if keys.rendition else view.content_type
        served = Served(
            key=key or "",
            content_type=content_type or "",
            fit=_PLAYABLE,
            filename=view.filename,
            original=not keys.rendition,
        )
        return self._serve(call, served)

    def poster(self, call: Call) -> Response:
        """Serves the large still picture."""
        return self._picture(call, "poster", self._keys(call).poster)

    def thumbnail(self, call: Call) -> Response:
        """Serves the small still picture."""
        return self._picture(call, "thumbnail", self._keys(call).thumbnail)

    def _keys(self, call: Call) -> MediaKeys:
        return self._reads.media_with_keys(call.tenant_id, call.path["media_id"]).keys

    def _picture(self, call: Call, name: str, key: str | None) -> Response:
        content_type = self._objects.stat(key).content_type if key else ""
        return self._serve(
            call, Served(key=key or "", content_type=content_type, fit=_PICTURES, filename=f"{name}.jpg")
        )

    def _serve(self, call: Call, served: Served) -> Response:
        if not served.key:
            raise NotFound(f"{call.path['media_id']} has no such file.")
        return self._serving.serve(call, served)


def operations(parts: Dependencies, serving: FileServing) -> tuple[Operation, ...]:
    """The operations on a recording's files."""
    files = Files(parts.objects, serving, parts.reads)

    def operation(name: str, about: str, media_types: tuple[str, ...], more: tuple[str, ...]) -> Operation:
        return Operation(
            name=f"get_{name}",
            method="GET",
            path=f"/v1/media/{{media_id}}/{name}",
            about=about,
            handler=getattr(files, name),
            headers=(RANGE, IF_NONE_MATCH),
            answers=file_answers(media_types),
            problems=("not-found", "gone", "range-not-satisfiable", "rate-limited", "unavailable", *more),
        )

    pictures = tuple(sorted(_PICTURES))
    return (
        operation("stream", "The recording, to play.", tuple(sorted(_PLAYABLE)), ("not-ready",)),
        operation("poster", "A still picture of it.", pictures, ()),
        operation("thumbnail", "A small still picture of it.", pictures, ()),
    )
