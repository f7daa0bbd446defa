"""What every internal HTTP API has: the service token, health, metrics, durations, problems, typed answers."""

import hmac
import json
import logging
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST
from werkzeug.exceptions import HTTPException

from winnow_base import metrics
from winnow_base.http import request_traces
from winnow_contracts.errors import Misconfigured, RateLimited, Refused, Temporary, Unavailable, WinnowError
from winnow_contracts.internal_api import InternalRequest
from winnow_contracts.problems import PROBLEMS, TYPE_BASE
from winnow_journal.codec import encode

_LOG = logging.getLogger(__name__)
_OPEN = frozenset(("/healthz", "/readyz", "/metrics"))
_CODE_OF_STATUS = {404: "not-found", 405: "method-not-allowed", 413: "too-large"}
_RETRY_SECONDS = 5
A = TypeVar("A")
P = ParamSpec("P")


def internal_app(name: str, *, service_token: str, needs: Mapping[str, Callable[[], None]]) -> Flask:
    """A Flask app for Winnow's services alone; only health and metrics need no token.

    ``needs`` are the probes of what it cannot work without, by name; each raises WinnowError. Raises Misconfigured
    for an empty token, which would let everybody in.

    Example::

        app = internal_app("winnow_index", service_token=token, needs={"postgres": database.probe})

        @serves(app, ReadMedia)
        def media(media_id: str) -> MediaView: ...
    """
    if not service_token:
        raise Misconfigured("the service token is empty", hint="Set WINNOW_SERVICE_TOKEN, the same for all services.")
    app = Flask(name)
    wanted = f"Bearer {service_token}".encode()
    request_traces.install(app, root=False)

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        given = request.headers.get("Authorization", "").encode()
        guarded = request.url_rule is not None and request.path not in _OPEN
        if guarded and not hmac.compare_digest(given, wanted):
            raise Refused("This API is for Winnow's services.", code="unauthenticated")

    @app.after_request
    def end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        metrics.HTTP_DURATION.labels(route, str(response.status_code)).observe(time.perf_counter() - g.began)
        return response

    _add_health(app, needs)
    _add_problems(app)
    return app


def serves(
    app: Flask,
    asked: type[InternalRequest[A]],
    status: int = 200,
    *,
    within: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Callable[[Callable[P, A]], Callable[P, A]]:
    """Decorate the function that answers ``asked``: it gets the path's parts and returns the answer's type.

    It runs inside the block that ``within`` opens.
    """

    def add(answer: Callable[P, A]) -> Callable[P, A]:
        @wraps(answer)
        def view(*args: P.args, **kwargs: P.kwargs) -> Response:
            with within():
                found = answer(*args, **kwargs)
            return Response(encode(found), status, content_type="application/json")

        app.add_url_rule(asked.ROUTE.rule, endpoint=asked.__name__, view_func=view, methods=[asked.ROUTE.method])
        return answer

    return add


def _add_health(app: Flask, needs: Mapping[str, Callable[[], None]]) -> None:
    @app.get("/healthz")
    def healthz() -> Response:
        return _json({"status": "ok"})

    @app.get("/readyz")
    def readyz() -> Response:
        reasons = {}
        for name, probe in needs.items():
            try:
                probe()
            except WinnowError as error:
                reasons[name] = error.detail
        return _json({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)

    @app.get("/metrics")
    def prometheus() -> Response:
        return Response(metrics.exposition(), content_type=CONTENT_TYPE_LATEST)


def _add_problems(app: Flask) -> None:
    @app.errorhandler(WinnowError)
    def ours(error: WinnowError) -> Response:
        status = PROBLEMS.get(error.code, PROBLEMS["internal"]).status
        if isinstance(error, Temporary) and not isinstance(error, RateLimited) and status < 500:
            status = 503
        if status >= 500:
            told = {"path": request.path, "code": error.code, "detail": error.detail}
            _LOG.warning("A request failed.", extra=told)
        response = _problem(error.code, status, error.detail, error.hint)
        if isinstance(error, Unavailable):
            response.headers["Retry-After"] = str(_RETRY_SECONDS)
        elif isinstance(error, RateLimited) and error.retry_after_seconds:
            response.headers["Retry-After"] = str(round(error.retry_after_seconds))
        return response

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code or 500
        code = _CODE_OF_STATUS.get(status, "malformed" if status < 500 else "internal")
        return _problem(code, status, error.description or error.name, "")

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        _LOG.exception("Unexpected error in a request.", exc_info=error, extra={"path": request.path})
        return _problem("internal", 500, "Something went wrong in this service.", "Its log says what.")


def _problem(code: str, status: int, detail: str, hint: str) -> Response:
    title = PROBLEMS.get(code, PROBLEMS["internal"]).title
    body = {"type": TYPE_BASE + code, "title": title, "status": status, "detail": detail, "code": code, "hint": hint}
    return _json(body, status, "application/problem+json")


def _json(body: Any, status: int = 200, content_type: str = "application/json") -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status, content_type=content_type)
