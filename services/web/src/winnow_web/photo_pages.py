"""The photo pages: upload form, history, and one photo with its answer."""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from winnow_contracts.errors import Unavailable, WinnowError
from winnow_contracts.photo import GUIDANCE_LANGUAGES
from winnow_contracts.photo_formats import MAX_BYTES
from winnow_gateway import sessions
from winnow_gateway.api.reprocessing import read_wish
from winnow_gateway.api.upload import Uploads
from winnow_gateway.clients.reprocessing import Reprocessing
from winnow_gateway.clients.views import FINAL
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import Call, check_path
from winnow_gateway.settings import GatewaySettings
from winnow_gateway.uploads.awaited_bodies import AwaitedBodies
from winnow_photos.feedback import check_correction
from winnow_photos.photo_reads import PhotoReads
from winnow_photos.photos import PHOTO_FACETS, PHOTO_FILTERS
from winnow_photos.post_photo import photos, spoken_language
from winnow_photos.rule_reads import RuleReads
from winnow_photos.words import words
from winnow_web.auth import Visitors
from winnow_web.facets import FacetedList
from winnow_web.frame_texts import frame_texts
from winnow_web.media_page import after_run_of, job_of, jobs_of, state_of
from winnow_web.photo_answer import label, shown_answer
from winnow_web.photo_page_texts import page_texts
from winnow_web.stage_words import photo_words
from winnow_web.steering_forms import LONGEST_BODY_BYTES
from winnow_web.words import language

_PAGE_ITEMS = 24
_FACETS = FacetedList("/photos", PHOTO_FACETS, PHOTO_FILTERS)
_LANGUAGES = {code: language(code) for code in GUIDANCE_LANGUAGES}


def add_pages(
    blueprint: Blueprint, visitors: Visitors, settings: GatewaySettings, parts: Dependencies, bodies: AwaitedBodies
) -> None:
    """Adds ``/photos``, ``/p/<photo_id>``, its answer as a fragment, and the forms for browsers without JavaScript."""
    uploads = Uploads(parts, bodies, photos(settings))
    reads, rules = PhotoReads(parts.index, parts.intake, parts.reads), RuleReads(parts.ai)
    again = Reprocessing(parts.reads, parts.intake, parts.steering)

    @blueprint.get("/photos")
    def photo_list() -> str:
        visitor, spoken = visitors.current(), spoken_language(request)
        cursor = request.args.get("cursor") or None
        chosen = _FACETS.asked(request.args)
        page: dict[str, Any] = {"items": [], "next_cursor": None, "degraded": []}
        trouble = None
        try:
            page = reads.page(visitor.tenant_id, _PAGE_ITEMS, cursor, **chosen)
            page |= reads.facets(visitor.tenant_id, _FACETS.names, **chosen)
        except Unavailable as error:
            # Photos can be sent while the list cannot be read, so the page is shown without it.
            trouble = error
        return render_template(
            "web/photos.html",
            page=page,
            labels={photo["id"]: label(photo) for photo in page["items"] if photo["classification"]},
            jobs=jobs_of(parts.reads, visitor.tenant_id, page["items"]),
            trouble=trouble,
            first=cursor is None,
            chosen=chosen,
            facets=_FACETS.links(page, chosen),
            facet_values={**words(spoken).categories, **page_texts(spoken).statuses},
            newest=_FACETS.address(chosen),
            older=_FACETS.address(chosen, cursor=page["next_cursor"] or ""),
            may_upload=visitor.may("write"),
            limit_bytes=min(MAX_BYTES, settings.max_upload_bytes),
            languages=_LANGUAGES,
            language=spoken,
            regions=_regions(rules, settings.region, spoken),
            region=settings.region,
            **_texts(spoken),
        )

    @blueprint.post("/photos")
    def send() -> Response:
        visitor = visitors.current("write")
        query = uploads.nothing_asked | {"language": spoken_language(request), "region": settings.region}
        call = Call(request=request, path={}, query=query, holder=visitor)
        taken = uploads.take_form(call, sessions.check_csrf)
        return redirect(f"/p/{taken.media_id}", 303)

    @blueprint.get("/p/<photo_id>")
    def photo_page(photo_id: str) -> str:
        visitor, spoken = visitors.current(), spoken_language(request)
        check_path({"photo_id": photo_id})
        photo = reads.photo(visitor.tenant_id, photo_id)
        ready = photo["classification"] is not None
        job = job_of(parts.reads, visitor.tenant_id, photo)
        after_run = after_run_of(request.args.get("again"), job)
        return render_template(
            "web/photo.html",
            photo=photo,
            shown=shown_answer(photo) if ready else None,
            job=None if after_run else job,
            state="processing" if after_run and not ready else state_of(photo, job),
            again=ready and job is not None and (after_run > 0 or job["status"] not in FINAL),
            after_run=after_run,
            may_write=visitor.may("write"),
            thanked="thanks" in request.args,
            languages=_LANGUAGES,
            regions=_regions(rules, settings.region, spoken) if ready and visitor.may("write") else [],
            **_texts(spoken),
        )

    @blueprint.get("/p/<photo_id>/answer")
    def answer(photo_id: str) -> str | Response:
        visitor = visitors.current()
        check_path({"photo_id": photo_id})
        photo = reads.photo(visitor.tenant_id, photo_id)
        if photo["classification"] is None:
            return redirect(f"/p/{photo_id}", 303)
        return render_template(
            "web/answer.html", photo=photo, shown=shown_answer(photo), may_write=visitor.may("write")
        )

    @blueprint.post("/p/<photo_id>/feedback")
    def correct(photo_id: str) -> Response:
        visitor = visitors.current("write")
        request.max_content_length = LONGEST_BODY_BYTES
        sessions.check_csrf(request.form.get("csrf"))
        check_path({"photo_id": photo_id})
        names = ("correct_category", "correct_item", "note")
        given = {name: request.form.get(name, "").strip() or None for name in names}
        reads.add_feedback(visitor.tenant_id, photo_id, visitor.key_id, check_correction(given))
        return redirect(f"/p/{photo_id}?thanks#thanks", 303)

    @blueprint.post("/p/<photo_id>/reprocess")
    def reprocess(photo_id: str) -> Response:
        visitor = visitors.current("write")
        request.max_content_length = LONGEST_BODY_BYTES
        sessions.check_csrf(request.form.get("csrf"))
        check_path({"photo_id": photo_id})
        given = {name: request.form.get(name) for name in ("from", "language", "region")}
        wish = read_wish({name: value for name, value in given.items() if value})
        job = again.begin(visitor.tenant_id, photo_id, wish, visitor.key_id)
        return redirect(f"/p/{photo_id}?again={job['run']}", 303)


def _texts(spoken: str) -> dict[str, Any]:
    """Returns what the templates call the texts around the answers, in the visitor's language."""
    return {"frame": frame_texts(spoken), "say": page_texts(spoken), "photo_words": photo_words(spoken)}


def _regions(rules: RuleReads, region: str, spoken: str) -> list[dict[str, Any]]:
    """Returns the regions to choose from; empty while ai does not answer, then the configured region applies."""
    try:
        regions: list[dict[str, Any]] = rules.rules(region, spoken)["regions"]
    except WinnowError:
        return []
    return regions
