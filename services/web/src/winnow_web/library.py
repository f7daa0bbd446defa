"""The first page: upload form, search box, and the list of media."""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from winnow_contracts.errors import Unavailable
from winnow_gateway import sessions
from winnow_gateway.api.links import Links
from winnow_gateway.api.list_filters import MEDIA_FACETS, MEDIA_FILTERS
from winnow_gateway.api.post_media import recordings
from winnow_gateway.api.upload import Uploads
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import Call
from winnow_gateway.settings import GatewaySettings
from winnow_gateway.uploads.awaited_bodies import AwaitedBodies
from winnow_web.auth import Visitors
from winnow_web.facets import FacetedList
from winnow_web.media_page import jobs_of
from winnow_web.steering_forms import LONGEST_BODY_BYTES

_PAGE_ITEMS = 24
_FACETS = FacetedList("/", MEDIA_FACETS, MEDIA_FILTERS)


def add_pages(
    blueprint: Blueprint, visitors: Visitors, settings: GatewaySettings, parts: Dependencies, bodies: AwaitedBodies
) -> None:
    """Adds ``/``, ``/upload``, the form for browsers without JavaScript, and ``/link``."""
    uploads = Uploads(parts, bodies, recordings(settings))
    links = Links(parts, bodies, recordings(settings), settings.links)

    @blueprint.get("/")
    def home() -> str:
        visitor = visitors.current()
        cursor = request.args.get("cursor") or None
        chosen = _FACETS.asked(request.args)
        page: dict[str, Any] = {"items": [], "next_cursor": None, "degraded": []}
        trouble = None
        try:
            page = parts.reads.media_list(visitor.tenant_id, _PAGE_ITEMS, cursor, **chosen)
            page |= parts.reads.facets(visitor.tenant_id, _FACETS.names, **chosen)
        except Unavailable as error:
            # Uploads work while the list cannot be read, so the page is shown without it.
            trouble = error
        return render_template(
            "web/home.html",
            page=page,
            jobs=jobs_of(parts.reads, visitor.tenant_id, page["items"]),
            trouble=trouble,
            first=cursor is None,
            chosen=chosen,
            facets=_FACETS.links(page, chosen),
            newest=_FACETS.address(chosen),
            older=_FACETS.address(chosen, cursor=page["next_cursor"] or ""),
            may_upload=visitor.may("write"),
            takes_links=settings.links.enabled,
            limit_bytes=settings.max_upload_bytes,
            form_limit_bytes=min(settings.max_form_bytes, settings.max_upload_bytes),
        )

    @blueprint.post("/upload")
    def upload() -> Response:
        visitor = visitors.current("write")
        call = Call(request=request, path={}, query=uploads.nothing_asked, holder=visitor)
        taken = uploads.take_form(call, sessions.check_csrf)
        return redirect(f"/m/{taken.media_id}", 303)

    @blueprint.post("/link")
    def link() -> Response:
        visitor = visitors.current("write")
        request.max_content_length = LONGEST_BODY_BYTES
        sessions.check_csrf(request.form.get("csrf"))
        call = Call(request=request, path={}, query=links.nothing_asked, holder=visitor)
        taken = links.take_fields(call, {"source_url": request.form.get("source_url", "").strip()})
        return redirect(f"/m/{taken.media_id}", 303)
