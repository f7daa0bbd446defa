"""The body of a bulk action: a filter that says what is meant, and where an action goes on that has begun."""

from typing import Any

from flask import Request

from winnow_gateway.api.schema_parts import Schema
from winnow_gateway.http.operations import QueryParameter
from winnow_gateway.http.problems import FieldError

_MAX_BODY_BYTES = 16_384


def bulk_form(
    filters: tuple[QueryParameter, ...], more: dict[str, Schema] | None = None, needed: tuple[str, ...] = ()
) -> Schema:
    """Returns the schema of such a body, with ``more`` fields, of which some are ``needed``."""
    wanted = {
        "type": "object",
        "minProperties": 1,
        "properties": {one.name: one.schema for one in filters},
        "additionalProperties": False,
    }
    place = {"audit_id": {"type": ["integer", "null"]}, "cursor": {"type": ["string", "null"]}}
    return {
        "type": "object",
        "required": ["filter", *needed],
        "properties": {"filter": wanted, **(more or {}), **place},
        "additionalProperties": False,
    }


def read_bulk_body(request: Request, form: Schema, *, hint: str) -> tuple[dict[str, Any], tuple[int, str] | None]:
    """Returns the body, whose filter is an object that says something, and where the action goes on, None at its
    beginning. Raises FieldError; ``hint`` has an example of a body.
    """
    request.max_content_length = _MAX_BODY_BYTES
    body = request.get_json(silent=True) if request.mimetype == "application/json" else None
    if not isinstance(body, dict) or not isinstance(body.get("filter"), dict) or not body["filter"]:
        raise FieldError(
            "The body must be a JSON object whose filter says what is meant.", pointer="#/filter", hint=hint
        )
    unknown = next((name for name in body if name not in form["properties"]), None)
    if unknown is not None:
        raise FieldError(f"There is no field {unknown[:60]!r} here.", pointer=f"#/{unknown[:60]}")
    audit_id, cursor = body.get("audit_id"), body.get("cursor")
    if audit_id is None and cursor is None:
        return body, None
    if type(audit_id) is not int or not 0 < audit_id < 1 << 53 or not isinstance(cursor, str):
        raise FieldError("To go on, audit_id and cursor are needed, as the slice before gave them.", pointer="#")
    return body, (audit_id, cursor)
