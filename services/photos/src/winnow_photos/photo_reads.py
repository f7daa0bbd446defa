"""Reads and stores photos' data: through the index API, and from this gateway's own submissions what is new."""

from collections.abc import Iterator, Sequence
from typing import Any

from winnow_base.http.internal_clients import IndexClient
from winnow_chassis.outbox.submission import AcceptedJob, Submissions
from winnow_contracts.errors import NotFound, Unavailable, WinnowError
from winnow_contracts.index_api.jobs import Problem
from winnow_contracts.index_api.photos import AddFeedback, ListFeedback, ListPhotos, PhotoView, ReadPhoto
from winnow_gateway.clients.media_reads import IndexReads, not_ready
from winnow_gateway.clients.pagination import RECENT, Listing, Pages, whole
from winnow_gateway.clients.views import whole_problem
from winnow_journal.codec import plain
from winnow_photos.photo_views import accepted_photo, labelled, public_photo

View = dict[str, Any]
_EXPORT_ITEMS = 100
_PHOTOS = Listing(request=ListPhotos, shown=public_photo, made=accepted_photo, kind="photo")


class PhotoReads:
    """One tenant's photos and corrections as public JSON.

    A photo accepted here can be read at once, before index knows it and while index is down. Methods raise NotFound,
    Conflict (``not-ready``), BadInput and Unavailable.
    """

    def __init__(self, index: IndexClient, intake: Submissions, jobs: IndexReads) -> None:
        self._index = index
        self._intake = intake
        self._jobs = jobs
        self._pages = Pages(index, intake)

    def page(self, tenant_id: str, limit: int = 20, cursor: str | None = None, **filters: str | int) -> View:
        """Returns ``{items, next_cursor, degraded}``, newest first; ``filters`` as in ``ListPhotos``."""
        return self._pages.page(_PHOTOS, tenant_id, limit, cursor, filters)

    def facets(self, tenant_id: str, names: Sequence[str], **filters: str | int) -> View:
        """Returns ``{facets, total}`` of the photos that match, as ``IndexReads.facets``."""
        return self._jobs.facets(tenant_id, names, kind="photo", **filters)

    def photo(self, tenant_id: str, photo_id: str) -> View:
        """Returns one photo with its classification; a failed or cancelled one with ``error``, a problem object."""
        view = self.photo_with_keys(tenant_id, photo_id)
        shown = public_photo(view)
        return {**shown, "error": self._error(tenant_id, view)} if view.status == "failed" else shown

    def photo_with_keys(self, tenant_id: str, photo_id: str) -> PhotoView:
        """Returns one photo with its store ``keys``, for internal use only."""
        try:
            return whole(self._index.ask(ReadPhoto(tenant_id=tenant_id, media_id=photo_id)), self._intake)
        except (NotFound, Unavailable) as error:
            job = self._accepted(tenant_id, photo_id)
            if job is None:
                raise
            return self._jobs.fresh(tenant_id, accepted_photo(job), error)

    def add_feedback(self, tenant_id: str, photo_id: str, by: str, correction: dict[str, str]) -> View:
        """Stores a person's correction of the photo, and returns the stored correction."""
        try:
            kept = self._index.ask(AddFeedback(tenant_id=tenant_id, media_id=photo_id, by=by, **correction))
        except NotFound:
            if self._accepted(tenant_id, photo_id) is not None:
                raise not_ready(photo_id) from None
            raise
        shown: View = plain(kept)
        return shown

    def feedback_page(self, tenant_id: str, limit: int, cursor: str | None) -> View:
        """Returns ``{items, next_cursor}``: corrections, each with the answer it corrects."""
        page = self._index.ask(ListFeedback(tenant_id=tenant_id, limit=limit, cursor=cursor))
        return {"items": [labelled(label) for label in page.items], "next_cursor": page.next_cursor}

    def all_feedback(self, tenant_id: str) -> Iterator[View]:
        """Yields every correction. Reads the first page before it yields, so that its errors can still be answered."""
        page = self.feedback_page(tenant_id, _EXPORT_ITEMS, None)
        return self._onwards(tenant_id, page)

    def _onwards(self, tenant_id: str, page: View) -> Iterator[View]:
        yield from page["items"]
        while page["next_cursor"]:
            page = self.feedback_page(tenant_id, _EXPORT_ITEMS, page["next_cursor"])
            yield from page["items"]

    def _accepted(self, tenant_id: str, photo_id: str) -> AcceptedJob | None:
        """Returns the photo's job if it was accepted here lately."""
        recent = self._intake.recent(tenant_id, RECENT)
        return next((job for job in recent if (job.command.media_id, job.accepted.kind) == (photo_id, "photo")), None)

    def _error(self, tenant_id: str, view: PhotoView) -> View | None:
        """Returns why the photo's job failed, as a whole problem object; None if that cannot be read now."""
        try:
            job = self._jobs.job(tenant_id, view.job_id)
        except WinnowError:
            return None
        error: View | None = job["error"]
        if error is None and job["status"] == "cancelled":
            # Index has no problem object: nothing went wrong.
            return whole_problem(_cancelled(view.job_id), job["links"]["self"])
        return error


def _cancelled(job_id: str) -> Problem:
    return Problem(
        code="already-ended",
        detail="The photo's job was cancelled; it can be run again.",
        hint=f"POST /v1/jobs/{job_id}/retry runs it again.",
    )
