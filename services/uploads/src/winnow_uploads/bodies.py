"""Reads the JSON bodies of the uploads' operations."""

from typing import Any

from flask import Request

from winnow_gateway.api.schema_parts import Schema
from winnow_gateway.http.problems import FieldError

_MAX_BODY_BYTES = 2 << 20
"""Ten thousand parts with their marks fit."""
MOST_PARTS = 10_000
"""S3 takes no more in one object."""
MOST_NUMBERS = 100

NUMBER: Schema = {"type": "integer", "minimum": 1, "maximum": MOST_PARTS}
NUMBERS: Schema = {
    "type": "object",
    "required": ["numbers"],
    "properties": {"numbers": {"type": "array", "minItems": 1, "maxItems": MOST_NUMBERS, "items": NUMBER}},
    "additionalProperties": False,
}
_PART: Schema = {
    "type": "object",
    "required": ["n", "etag"],
    "properties": {"n": NUMBER, "etag": {"type": "string", "maxLength": 200}},
    "additionalProperties": False,
}
COMPLETION: Schema = {
    "type": "object",
    "properties": {"parts": {"type": "array", "maxItems": MOST_PARTS, "items": _PART}},
    "additionalProperties": False,
}


def read_body(request: Request, known: frozenset[str]) -> dict[str, Any]:
    """The body of a request, which has no other fields than the ``known``. Raises FieldError."""
    request.max_content_length = _MAX_BODY_BYTES
    body = request.get_json(silent=True) if request.mimetype == "application/json" else None
    if not isinstance(body, dict):
        raise FieldError("The body must be a JSON object.", pointer="#", hint="Send Content-Type: application/json.")
    for name in body.keys() - known:
        raise FieldError(f"There is no field {name[:60]!r} here.", pointer=f"#/{name[:60]}")
    return body


def read_numbers(request: Request) -> list[int]:
    """The numbers of parts that a request asks for, each once, in order."""
    numbers = read_body(request, frozenset(NUMBERS["properties"])).get("numbers")
    if not isinstance(numbers, list) or not 1 <= len(numbers) <= MOST_NUMBERS or not all(map(_is_number, numbers)):
        detail = f"The numbers must be a list of 1 to {MOST_NUMBERS} whole numbers from 1."
        raise FieldError(detail, pointer="#/numbers")
    return sorted(set(numbers))


def read_marks(request: Request) -> dict[int, str] | None:
    """The mark of each part by its number, as its sender has it; None if the request does not say."""
    parts = read_body(request, frozenset(COMPLETION["properties"])).get("parts")
    if parts is None:
        return None
    if not isinstance(parts, list) or len(parts) > MOST_PARTS or not all(map(_is_part, parts)):
        raise FieldError(
            "The parts must be a list of objects with 'n' and 'etag', and nothing else.", pointer="#/parts"
        )
    return {part["n"]: part["etag"].strip('"') for part in parts}


def _is_part(part: Any) -> bool:
    return (
        isinstance(part, dict)
        and part.keys() == {"n", "etag"}
        and _is_number(part["n"])
        and isinstance(part["etag"], str)
    )


def _is_number(number: Any) -> bool:
    # type(), not isinstance(): in Python, True is an int.
    return type(number) is int and 1 <= number <= MOST_PARTS
