"""The internal API's routes. Every one needs the service token, but health and metrics."""

import hmac
import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from werkzeug.exceptions import HTTPException

from winnow_contracts.errors import BadInput, Refused, Temporary, WinnowError
from winnow_contracts.problems import PROBLEMS, TYPE_BASE
from winnow_contracts.wire import from_json
from winnow_index.library import Library
from winnow_index.search import Searcher, Wanted

_LOG = logging.getLogger(__name__)
_OPEN = frozenset(("/healthz", "/readyz", "/metrics"))
_CODES = {400: "malformed", 404: "not-found", 405: "method-not-allowed", 413: "too-large", 415: "malformed"}


def create_app(library: Library, searcher: Searcher, probe: Callable[[], None], service_token: str) -> Flask:
    """The app over its collaborators; ``probe`` raises Unavailable when PostgreSQL does not answer."""
    app = Flask("winnow_index")
    wanted_header = f"Bearer {service_token}".encode()

    @app.before_request
    def check_token() -> None:
        given = request.headers.get("Authorization", "").encode()
        if request.path not in _OPEN and not hmac.compare_digest(given, wanted_header):
            raise Refused("This API is for Winnow's services.", code="unauthenticated")

    _add_reads(app, library)
    _add_health(app, probe)

    @app.post("/internal/v1/search")
    def search() -> Response:
        return jsonify(searcher.search(_wanted(request.get_json())))

    app.register_error_handler(WinnowError, _problem)
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(Exception, _internal)
    return app


def _add_reads(app: Flask, library: Library) -> None:
    @app.get("/internal/v1/media")
    def media_list() -> Response:
        return jsonify(library.media_list(_needed("tenant_id"), **_page()))

    @app.get("/internal/v1/media/<media_id>")
    def media(media_id: str) -> Response:
        return jsonify(library.media(_needed("tenant_id"), media_id))

    @app.get("/internal/v1/media/<media_id>/transcript")
    def transcript(media_id: str) -> Response:
        return jsonify(library.transcript(_needed("tenant_id"), media_id))

    @app.get("/internal/v1/jobs")
    def jobs() -> Response:
        return jsonify(library.jobs(_needed("tenant_id"), **_page()))

    @app.get("/internal/v1/jobs/<job_id>")
    def job(job_id: str) -> Response:
        return jsonify(library.job(_needed("tenant_id"), job_id))

    @app.get("/internal/v1/jobs/<job_id>/trace")
    def trace(job_id: str) -> Response:
        return jsonify(library.trace(_needed("tenant_id"), job_id))

    @app.post("/internal/v1/jobs/ended")
    def ended() -> Response:
        body = request.get_json()
        job_ids = body.get("job_ids") if isinstance(body, dict) else None
        if not isinstance(job_ids, list) or not all(isinstance(one, str) for one in job_ids):
            raise BadInput("job_ids must be a list of job ids.", code="invalid-field")
        return jsonify({"ended": library.ended(job_ids)})

    @app.get("/internal/v1/keys")
    def keys() -> Response:
        return jsonify({"keys": library.keys()})


def _add_health(app: Flask, probe: Callable[[], None]) -> None:
    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify({"status": "ok"})

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        try:
            probe()
        except WinnowError as error:
            return jsonify({"ready": False, "reasons": {"postgres": error.detail}}), 503
        return jsonify({"ready": True, "reasons": {}}), 200

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _needed(name: str) -> str:
    value = request.args.get(name, "")
    if not value:
        raise BadInput(f"{name} is needed.", code="invalid-field")
    return value


def _page() -> dict[str, Any]:
    try:
        limit = int(request.args.get("limit", "20"))
    except ValueError:
        limit = 0
    if not 1 <= limit <= 100:
        raise BadInput("limit must be a number from 1 to 100.", code="invalid-field")
    return {"limit": limit, "cursor": request.args.get("cursor"), "status": request.args.get("status")}


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


def _problem(error: WinnowError) -> Response:
    status = PROBLEMS.get(error.code, PROBLEMS["internal"]).status
    if isinstance(error, Temporary) and status < 500:
        status = 503
    if status >= 500:
        _LOG.warning("A read failed.", extra={"path": request.path, "code": error.code, "detail": error.detail})
    return _answer(error.code, status, error.detail, error.hint)


def _http_problem(error: HTTPException) -> Response:
    status = error.code or 500
    return _answer(_CODES.get(status, "internal"), status, error.description or "", "")


def _internal(error: Exception) -> Response:
    _LOG.exception("A read failed in a way nobody foresaw.", exc_info=error, extra={"path": request.path})
    return _answer("internal", 500, "Something went wrong in the index service.", "Its log says what.")


def _answer(code: str, status: int, detail: str, hint: str) -> Response:
    title = PROBLEMS.get(code, PROBLEMS["internal"]).title
    body = {"type": TYPE_BASE + code, "title": title, "status": status, "detail": detail, "code": code, "hint": hint}
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    return response
