"""Errors in the form OpenAI clients expect: ``{"error": {"message", "type", "param", "code"}}``."""

from typing import Any

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from winnow_contracts.errors import RateLimited, WinnowError
from winnow_contracts.problems import PROBLEMS

_TYPES = {401: "authentication_error", 429: "rate_limit_error"}


class RequestRefused(Exception):
    """A request that is refused with the given HTTP ``status``; ``param`` names the field at fault."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        retry_after_seconds: int | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.param = param
        self.retry_after_seconds = retry_after_seconds


def no_such_model(model: object) -> RequestRefused:
    """The 404 for a model name that is not served here."""
    return RequestRefused(404, f"The model {model!r} does not exist.", code="model_not_found", param="model")


def invalid(message: str, param: str) -> RequestRefused:
    """The 400 for an unusable field."""
    return RequestRefused(400, message, code="invalid_value", param=param)


def gone() -> RequestRefused:
    """The answer for a caller that has disconnected; 499 is what servers log then."""
    return RequestRefused(499, "The caller has closed the connection.", code="caller_gone")


def error_object(error: WinnowError) -> dict[str, Any]:
    """Returns ``message``, ``type``, ``param`` and ``code`` of an error of ours, for an answer or an event."""
    return _object(_status(error), f"{error.detail} {error.hint}".strip(), error.code, None)


def register_errors(app: Flask) -> None:
    """Makes every error of ``app`` an OpenAI-style JSON error."""
    app.register_error_handler(RequestRefused, _refused)
    app.register_error_handler(WinnowError, _ours)
    app.register_error_handler(HTTPException, _http)


def _refused(error: RequestRefused) -> Response:
    response = _answer(error.status, error.message, error.code, error.param)
    if error.retry_after_seconds is not None:
        response.headers["Retry-After"] = str(error.retry_after_seconds)
    return response


def _ours(error: WinnowError) -> Response:
    response = jsonify(error=error_object(error))
    response.status_code = _status(error)
    if isinstance(error, RateLimited):
        response.headers["Retry-After"] = str(int(error.retry_after_seconds))
    return response


def _status(error: WinnowError) -> int:
    """Returns 400 for unusable media as OpenAI does, else the error's own status."""
    status = PROBLEMS[error.code].status
    return 400 if status in (415, 422) else status


def _http(error: HTTPException) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        return _answer(413, "The file is larger than 25 MB.", "file_too_large", "file")
    return _answer(error.code or 500, error.description or error.name)


def _answer(status: int, message: str, code: str | None = None, param: str | None = None) -> Response:
    response = jsonify(error=_object(status, message, code, param))
    response.status_code = status
    return response


def _object(status: int, message: str, code: str | None, param: str | None) -> dict[str, Any]:
    kind = _TYPES.get(status, "invalid_request_error" if status < 500 else "server_error")
    return {"message": message, "type": kind, "param": param, "code": code}
