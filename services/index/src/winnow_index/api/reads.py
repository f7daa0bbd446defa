"""Routes that read media, jobs and keys, and search."""

from typing import Any

from flask import Flask, Response, jsonify, request

from winnow_contracts.errors import BadInput
from winnow_contracts.wire import from_json
from winnow_index.api.questions import needed, page
from winnow_index.library import Library
from winnow_index.search import Searcher, Wanted


def add(app: Flask, library: Library, searcher: Searcher) -> None:
    """Add the routes."""

    @app.get("/internal/v1/media")
    def media_list() -> Response:
        return jsonify(library.media_list(needed("tenant_id"), **page("status", "kind")))

    @app.get("/internal/v1/media/<media_id>")
    def media(media_id: str) -> Response:
        return jsonify(library.media(needed("tenant_id"), media_id))

    @app.get("/internal/v1/media/<media_id>/transcript")
    def transcript(media_id: str) -> Response:
        return jsonify(library.transcript(needed("tenant_id"), media_id))

    @app.get("/internal/v1/jobs")
    def jobs() -> Response:
        return jsonify(library.jobs(needed("tenant_id"), **page("status")))

    @app.get("/internal/v1/jobs/<job_id>")
    def job(job_id: str) -> Response:
        return jsonify(library.job(needed("tenant_id"), job_id))

    @app.get("/internal/v1/jobs/<job_id>/trace")
    def trace(job_id: str) -> Response:
        return jsonify(library.trace(request.args.get("tenant_id") or None, job_id))

    @app.get("/internal/v1/keys")
    def keys() -> Response:
        return jsonify({"keys": library.keys()})

    @app.post("/internal/v1/search")
    def search() -> Response:
        return jsonify(searcher.search(_wanted(request.get_json())))


def _wanted(body: Any) -> Wanted:
    try:
        wanted = from_json(Wanted, {name: value for name, value in body.items() if value is not None})
        sound = isinstance(wanted.q, str) and isinstance(wanted.limit, int) and 1 <= wanted.limit <= 100
        numbers = wanted.vector is None or all(isinstance(one, (int, float)) for one in wanted.vector)
    except (AttributeError, TypeError, ValueError) as error:
        raise BadInput("The search can not be understood.", code="invalid-field") from error
    if not sound or not numbers:
        raise BadInput("A field of the search has a value that can not be used.", code="invalid-field")
    return wanted
