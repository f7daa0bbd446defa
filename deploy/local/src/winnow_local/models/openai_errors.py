"""Errors in the form OpenAI clients know: ``{"error": {"message", "type", "param", "code"}}``."""

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from winnow_contracts.errors import RateLimited, WinnowError
from winnow_contracts.problems import PROBLEMS

_TYPES = {401: "authentication_error", 429: "rate_limit_error"}


class RequestRefused(Exception):
    """A request that gets an error of the given HTTP ``status``; ``param`` names the field at fault."""

    def __init__(self, status: int, message: str, *, code: str | None = None, param: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.param = param


def no_such_model(model: object) -> RequestRefused:
    """The 404 of a model name that is not served here."""
    return RequestRefused(404, f"The model {model!r} does not exist.", code="model_not_found", param="model")


def invalid(message: str, param: str) -> RequestRefused:
    """The 400 of a field that cannot be used."""
    return RequestRefused(400, message, code="invalid_value", param=param)


def register_errors(app: Flask) -> None:
    """Make every error of ``app`` an OpenAI-style JSON error."""
    app.register_error_handler(RequestRefused, _refused)
    app.register_error_handler(WinnowError, _ours)
    app.register_error_handler(HTTPException, _http)


def _refused(error: RequestRefused) -> Response:
    return _answer(error.status, error.message, error.code, error.param)


def _ours(error: WinnowError) -> Response:
    """Media that cannot be used is 400 as with OpenAI, whatever our own status for it."""
    status = PROBLEMS[error.code].status
    response = _answer(400 if status in (415, 422) else status, f"{error.detail} {error.hint}".strip(), error.code)
    if isinstance(error, RateLimited):
        response.headers["Retry-After"] = str(int(error.retry_after_seconds))
    return response


def _http(error: HTTPException) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        return _answer(413, "The file is larger than 25 MB.", "file_too_large", "file")
    return _answer(error.code or 500, error.description or error.name)


def _answer(status: int, message: str, code: str | None = None, param: str | None = None) -> Response:
    kind = _TYPES.get(status, "invalid_request_error" if status < 500 else "server_error")
    response = jsonify(error={"message": message, "type": kind, "param": param, "code": code})
    response.status_code = status
    return response
