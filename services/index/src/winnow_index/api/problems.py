"""Answers errors as problem objects (RFC 9457)."""

import logging

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from winnow_contracts.errors import Temporary, WinnowError
from winnow_contracts.problems import PROBLEMS, TYPE_BASE

_LOG = logging.getLogger(__name__)
_CODES = {400: "malformed", 404: "not-found", 405: "method-not-allowed", 413: "too-large", 415: "malformed"}


def add(app: Flask) -> None:
    """Answer every error of ``app`` as a problem object."""
    app.register_error_handler(WinnowError, _problem)
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(Exception, _internal)


def _problem(error: WinnowError) -> Response:
    status = PROBLEMS.get(error.code, PROBLEMS["internal"]).status
    if isinstance(error, Temporary) and status < 500:
        status = 503
    if status >= 500:
        _LOG.warning("A request failed.", extra={"path": request.path, "code": error.code, "detail": error.detail})
    return _answer(error.code, status, error.detail, error.hint)


def _http_problem(error: HTTPException) -> Response:
    status = error.code or 500
    return _answer(_CODES.get(status, "internal"), status, error.description or "", "")


def _internal(error: Exception) -> Response:
    _LOG.exception("Unexpected error in a request.", exc_info=error, extra={"path": request.path})
    return _answer("internal", 500, "Something went wrong in the index service.", "Its log says what.")


def _answer(code: str, status: int, detail: str, hint: str) -> Response:
    title = PROBLEMS.get(code, PROBLEMS["internal"]).title
    body = {"type": TYPE_BASE + code, "title": title, "status": status, "detail": detail, "code": code, "hint": hint}
    response = jsonify(body)
    response.status_code = status
    response.content_type = "application/problem+json"
    return response
