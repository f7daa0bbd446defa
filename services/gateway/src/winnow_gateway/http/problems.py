"""Turns every error, whoever raised it, into problem details (RFC 9457)."""

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask, Response, g, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import HTTPException

from winnow_base.http.paced_socket import TooSlow
from winnow_contracts.errors import (
    BadInput,
    Conflict,
    NotFound,
    RateLimited,
    Refused,
    TimedOut,
    Unavailable,
    WinnowError,
)
from winnow_contracts.problems import PROBLEMS, TYPE_BASE

_LOG = logging.getLogger(__name__)
_RETRY_SECONDS = 5
_MOST_ERRORS = 20
_HTTP_CODES = {400: "malformed", 404: "not-found", 405: "method-not-allowed", 413: "too-large", 416: "malformed"}
_CLASS_CODES: tuple[tuple[type[WinnowError], str], ...] = (
    (NotFound, "not-found"),
    (Refused, "forbidden"),
    (BadInput, "invalid-field"),
    (Conflict, "not-ready"),
    (RateLimited, "rate-limited"),
    (Unavailable, "unavailable"),
)


class FieldError(BadInput):
    """A field of the request is unusable. ``pointer`` names it; ``facts`` are extra members (``max_bytes`` …)."""

    def __init__(self, detail: str, *, pointer: str, code: str = "invalid-field", hint: str = "", **facts: Any) -> None:
        super().__init__(detail, code=code, hint=hint)
        self.errors = [{"pointer": pointer, "code": code, "detail": detail, **facts}]


def field_errors(found: Sequence[FieldError]) -> FieldError:
    """The error for several unusable fields, one at least. It tells of no more than twenty."""
    together = FieldError(found[0].detail, pointer="", code=found[0].code, hint=found[0].hint)
    together.errors = [error for one in found[:_MOST_ERRORS] for error in one.errors]
    return together


def too_slow(what: str, error: TooSlow) -> TimedOut:
    """The error for a body that came too slowly."""
    return TimedOut(
        f"The {what} was given up: {error}.",
        code="too-slow",
        hint="Send it again, over a faster connection if you can.",
    )


def problem(
    code: str,
    detail: str,
    *,
    hint: str = "",
    retryable: bool = False,
    errors: list[dict[str, Any]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Returns the response for a problem of the registry."""
    kind = PROBLEMS[code]
    body: dict[str, Any] = {
        "type": TYPE_BASE + code,
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        "instance": request.path,
        "code": code,
        "request_id": g.get("request_id", ""),
        "retryable": retryable,
        "hint": hint,
    }
    if errors:
        body["errors"] = errors
    response = Response(json.dumps(body, ensure_ascii=False), kind.status, mimetype="application/problem+json")
    response.headers.update(headers or {})
    if code == "unauthenticated":
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def install(app: Flask) -> None:
    """Answers our errors, Flask's own and unexpected ones with problem details."""
    app.register_error_handler(WinnowError, _ours)
    app.register_error_handler(HTTPException, flasks_problem)
    app.register_error_handler(ParseException, _broken)
    app.register_error_handler(TooSlow, _slow)
    app.register_error_handler(Exception, _unforeseen)


def _ours(error: WinnowError) -> Response:
    code = _code(error)
    if code == "internal":
        _LOG.error("A request failed.", exc_info=error, extra=_about())
    errors = error.errors if isinstance(error, FieldError) else None
    return problem(
        code, error.detail, hint=error.hint, retryable=error.retryable, errors=errors, headers=retry_after(error)
    )


def retry_after(error: WinnowError) -> dict[str, str]:
    """Returns the Retry-After header for an error that passes by itself; nothing for others."""
    if isinstance(error, RateLimited):
        return {"Retry-After": str(max(1, round(error.retry_after_seconds)))}
    if error.retryable or _code(error) in ("not-ready", "idempotency-in-progress"):
        return {"Retry-After": str(_RETRY_SECONDS)}
    return {}


def _code(error: WinnowError) -> str:
    """Returns the error's own code if that says more than ``internal``, else the code of its class."""
    if error.code in PROBLEMS and error.code != "internal":
        return error.code
    return next((code for kind, code in _CLASS_CODES if isinstance(error, kind)), "internal")


def flasks_problem(error: HTTPException) -> Response:
    """The response for a request that Flask rejects."""
    if isinstance(error.__context__, TooSlow):
        # Werkzeug takes it for a client that has left.
        return _slow(error.__context__)
    code = _HTTP_CODES.get(error.code or 500, "malformed" if (error.code or 500) < 500 else "internal")
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Location")}
    detail = {
        "not-found": "There is nothing at this address.",
        "method-not-allowed": f"{request.method} cannot be used here.",
        "too-large": "The body is larger than this address takes.",
    }.get(code, "The request cannot be read.")
    return problem(code, detail, headers=headers)


def _broken(error: ParseException) -> Response:
    return problem("malformed", f"The body cannot be read: {error}.", hint="Send it with a Content-Length, or chunked.")


def _slow(error: TooSlow) -> Response:
    return _ours(too_slow("request", error))


def _unforeseen(error: Exception) -> Response:
    _LOG.error("Unexpected error in a request; answered 500.", exc_info=error, extra=_about())
    return problem("internal", "The request failed; the cause stands in the gateway's log under this request id.")


def _about() -> dict[str, str]:
    return {"request_id": g.get("request_id", ""), "method": request.method, "path": request.path}
