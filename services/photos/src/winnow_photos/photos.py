"""/v1/photos…: the photo history, one photo, its deletion, and its classification."""

from typing import Any

from flask import Response

from winnow_contracts.photo import Category
from winnow_gateway.api.list_filters import COMMON_FILTERS, CURSOR, LIMIT, facets_of, next_link, read_filters
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.clients.job_control import JobSteering
from winnow_gateway.clients.media_reads import not_ready
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, QueryParameter, json_answer
from winnow_gateway.http.problems import problem
from winnow_photos.photo_reads import PhotoReads

PHOTO_FILTERS = (
    *COMMON_FILTERS,
    QueryParameter(
        name="category",
        about="Only where the surest item is of this category.",
        schema={"type": "string", "enum": [category.value for category in Category]},
    ),
)
PHOTO_FACETS = ("category", "tag", "status")
_FAILURES = (
    "unsupported-type",
    "empty-file",
    "too-large",
    "image-too-large",
    "corrupt-image",
    "resource-limit",
    "rate-limited",
    "budget-spent",
    "poison",
    "upstream-invalid",
    "model-unavailable",
    "upstream-timeout",
    "already-ended",
)
"""Codes a photo's job can fail with; ``already-ended`` if it was cancelled."""


class PhotoRoutes:
    """Reads and deletes photos."""

    def __init__(self, reads: PhotoReads, steering: JobSteering) -> None:
        self._reads = reads
        self._steering = steering

    def page(self, call: Call) -> Response:
        """Lists photos, newest first."""
        filters = read_filters(call, PHOTO_FILTERS)
        page = self._reads.page(call.tenant_id, call.query["limit"], call.query["cursor"], **filters)
        if call.query["facets"]:
            page |= self._reads.facets(call.tenant_id, call.query["facets"].split(","), **filters)
        link = {"Link": next_link(call, PHOTO_FILTERS, page["next_cursor"])} if page["next_cursor"] else {}
        return json_answer(page, headers=link)

    def one(self, call: Call) -> Response:
        """Returns one photo."""
        photo = self._reads.photo(call.tenant_id, call.path["photo_id"])
        return json_answer(photo, headers={"Retry-After": "1"} if photo["status"] == "processing" else {})

    def delete(self, call: Call) -> Response:
        """Deletes one photo."""
        self._steering.delete(call.tenant_id, call.path["photo_id"], call.principal.key_id, kind="photo")
        return Response(status=204)

    def classification(self, call: Call) -> Response:
        """Returns what was found on the photo, or the problem its job ended with."""
        photo = self._reads.photo(call.tenant_id, call.path["photo_id"])
        if photo["status"] == "failed":
            return _refusal(photo["error"])
        if photo["classification"] is None:
            raise not_ready(photo["id"])
        return json_answer(photo["classification"])


def _refusal(error: dict[str, Any] | None) -> Response:
    """Returns the problem that a photo's job ended with, as an answer."""
    if error is None:
        return problem("unavailable", "The photo's job failed; why cannot be told just now.", retryable=True)
    return problem(error["code"], error["detail"], hint=error["hint"], retryable=error["retryable"])


def operations(reads: PhotoReads, steering: JobSteering) -> tuple[Operation, ...]:
    """The operations that read and delete photos."""
    photos = PhotoRoutes(reads, steering)
    base = "/v1/photos/{photo_id}"
    return (
        Operation(
            name="list_photos",
            method="GET",
            path="/v1/photos",
            about="The photos, newest first.",
            handler=photos.page,
            query=(LIMIT, CURSOR, *PHOTO_FILTERS, facets_of(PHOTO_FACETS)),
            answers=(ApiAnswer(status=200, about="A page.", content={"application/json": ref("PhotoPage")}),),
            problems=("invalid-cursor", "unavailable"),
        ),
        Operation(
            name="get_photo",
            method="GET",
            path=base,
            about="One photo with what was found on it; a failed or cancelled one has its error as a problem object.",
            handler=photos.one,
            answers=(
                ApiAnswer(
                    status=200, about="It.", content={"application/json": ref("Photo")}, headers=("Retry-After",)
                ),
            ),
            problems=("not-found", "gone", "unavailable"),
        ),
        Operation(
            name="delete_photo",
            method="DELETE",
            path=base,
            about="Delete a photo with everything that was made and told of it, as delete_media.",
            handler=photos.delete,
            scope="write",
            answers=(ApiAnswer(status=204, about="It is deleted.", content={}),),
            problems=("not-found", "gone", "unavailable"),
        ),
        Operation(
            name="get_classification",
            method="GET",
            path=f"{base}/classification",
            about="What was found on a photo and how it is thrown away; a failed or cancelled one answers its problem.",
            handler=photos.classification,
            answers=(ApiAnswer(status=200, about="It.", content={"application/json": ref("Classification")}),),
            problems=("not-found", "gone", "not-ready", "unavailable", *_FAILURES),
        ),
    )
