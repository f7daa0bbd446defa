"""GET /v1/photos/{id}/image, /thumbnail, /original: a photo's files, for its own tenant only."""

from flask import Response

from winnow_contracts.errors import NotFound
from winnow_contracts.index_api.photos import PhotoView
from winnow_gateway.api.serving import FOREVER, IF_NONE_MATCH, RANGE, FileServing, Served, file_answers
from winnow_gateway.clients.media_reads import not_ready
from winnow_gateway.http.operations import Call, Operation
from winnow_photos.photo_reads import PhotoReads

WARNING = "The original may tell where, when and with what it was taken."
_JPEG = frozenset({"image/jpeg"})


class PhotoFileRoutes:
    """Serves a photo's files."""

    def __init__(self, serving: FileServing, reads: PhotoReads) -> None:
        self._serving = serving
        self._reads = reads

    def image(self, call: Call) -> Response:
        """Serves the photo for viewing, without metadata."""
        return self._derived(call, "image")

    def thumbnail(self, call: Call) -> Response:
        """Serves the small photo, without metadata."""
        return self._derived(call, "thumbnail")

    def original(self, call: Call) -> Response:
        """Serves the uploaded file as a download."""
        view, key = self._key(call, "original")
        if view.status != "ready":
            # Files that have not passed the check are never served. A stored result means that the file passed.
            raise not_ready(view.id)
        served = Served(key=key, content_type="", fit=(), filename=view.filename, original=True)
        response = self._serving.serve(call, served)
        response.headers["Winnow-Warning"] = WARNING
        return response

    def _derived(self, call: Call, name: str) -> Response:
        _, key = self._key(call, name)
        served = Served(key=key, content_type="image/jpeg", fit=_JPEG, filename=f"{name}.jpg", cache_control=FOREVER)
        return self._serving.serve(call, served)

    def _key(self, call: Call, name: str) -> tuple[PhotoView, str]:
        view = self._reads.photo_with_keys(call.tenant_id, call.path["photo_id"])
        key = getattr(view.keys, name)
        if view.status == "processing":
            raise not_ready(view.id)
        if not key:
            raise NotFound(f"{view.id} has no such file.")
        return view, key


def operations(reads: PhotoReads, serving: FileServing) -> tuple[Operation, ...]:
    """The operations on a photo's files."""
    files = PhotoFileRoutes(serving, reads)

    def operation(name: str, about: str, media_types: tuple[str, ...]) -> Operation:
        return Operation(
            name=f"get_photo_{name}",
            method="GET",
            path=f"/v1/photos/{{photo_id}}/{name}",
            about=about,
            handler=getattr(files, name),
            headers=(RANGE, IF_NONE_MATCH),
            answers=file_answers(media_types),
            problems=("not-found", "gone", "not-ready", "range-not-satisfiable", "rate-limited", "unavailable"),
        )

    return (
        operation("image", "The photo, at most 2048 px a side, upright and without metadata.", ("image/jpeg",)),
        operation("thumbnail", "The photo, at most 300 px a side, otherwise the same.", ("image/jpeg",)),
        operation("original", "The file as it was sent, to download; it may tell where it was taken.", ()),
    )
