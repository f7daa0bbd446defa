"""The forms that cancel or retry a job, and edit or delete its media, below the page of that media or photo."""

from contextlib import suppress

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from winnow_contracts.errors import Conflict, Gone
from winnow_gateway import sessions
from winnow_gateway.api.media_edits import MediaEdits, read_changes
from winnow_gateway.clients.keys import Principal
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import check_path
from winnow_web.auth import Visitors

LONGEST_BODY_BYTES = 16_384


def add_forms(blueprint: Blueprint, visitors: Visitors, parts: Dependencies) -> None:
    """Adds ``/cancel``, ``/retry``, ``/edit`` and ``/delete`` below ``/m/<media_id>`` and ``/p/<media_id>``."""
    edits = MediaEdits(parts)

    @blueprint.post("/<any(m, p):page>/<media_id>/cancel")
    def cancel(page: str, media_id: str) -> Response:
        visitor, job_id = asked(media_id)
        # A job that ended while its page was open is no error: the page shows how it ended.
        with suppress(Conflict):
            parts.steering.cancel((visitor.tenant_id,), job_id, visitor.key_id)
        return redirect(f"/{page}/{media_id}", 303)

    @blueprint.post("/<any(m, p):page>/<media_id>/retry")
    def retry(page: str, media_id: str) -> Response:
        visitor, job_id = asked(media_id)
        job = parts.steering.retry((visitor.tenant_id,), job_id, visitor.key_id)
        # The next run begins in a moment; the page waits for it instead of showing the old end.
        return redirect(f"/{page}/{media_id}?again={job['run']}", 303)

    @blueprint.post("/<any(m, p):page>/<media_id>/delete")
    def delete(page: str, media_id: str) -> Response:
        visitor = permitted(media_id)
        with suppress(Gone):  # pressed twice, or deleted elsewhere while its page was open
            parts.steering.delete(visitor.tenant_id, media_id, visitor.key_id)
        return redirect("/photos" if page == "p" else "/", 303)

    @blueprint.post("/<any(m, p):page>/<media_id>/edit")
    def edit(page: str, media_id: str) -> Response:
        visitor = permitted(media_id)
        tags = [tag.strip() for tag in request.form.get("tags", "").split(",")]
        changes = read_changes({"title": request.form.get("title", ""), "tags": [tag for tag in tags if tag]})
        edits.edit(visitor.tenant_id, media_id, request.form.get("version", 0, type=int), changes)
        return redirect(f"/{page}/{media_id}", 303)

    def asked(media_id: str) -> tuple[Principal, str]:
        """Returns the visitor and the job of a form. Raises Refused, NotFound and Gone."""
        visitor = permitted(media_id)
        return visitor, parts.reads.media(visitor.tenant_id, media_id)["job_id"]

    def permitted(media_id: str) -> Principal:
        """Returns the visitor of a form. Raises Refused and NotFound."""
        visitor = visitors.current("write")
        request.max_content_length = LONGEST_BODY_BYTES
        sessions.check_csrf(request.form.get("csrf"))
        check_path({"media_id": media_id})
        return visitor
