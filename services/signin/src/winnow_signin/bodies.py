"""Reads the JSON bodies of requests about sessions and accounts."""

from typing import Any

from flask import Request

from winnow_gateway.http.problems import FieldError

_MAX_BODY_BYTES = 16_384


def read_body(request: Request) -> dict[str, Any]:
    """Returns the body. Raises FieldError unless it is a JSON object.

    Only JSON: other sites' forms cannot send it unless the browser asks us first (CORS preflight).
    """
    request.max_content_length = _MAX_BODY_BYTES
    body = request.get_json(silent=True) if request.mimetype == "application/json" else None
    if not isinstance(body, dict):
        raise FieldError("The body must be a JSON object.", pointer="#")
    return body


def text_of(body: dict[str, Any], name: str, longest: int) -> str:
    """Returns a text of the body. Raises FieldError if it is missing, empty or too long."""
    value = body.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= longest:
        raise FieldError(f"The field {name!r} must be a text of 1 to {longest} characters.", pointer=f"#/{name}")
    return value


def only(body: dict[str, Any], *names: str) -> None:
    """Raises FieldError if the body has other fields than these."""
    for name in body.keys() - set(names):
        raise FieldError(f"There is no field {name[:60]!r} here.", pointer=f"#/{name[:60]}")
