"""Reads what a request says about a webhook."""

from typing import Any

from flask import Request

from winnow_contracts.webhooks import WebhookEvent, url_fault
from winnow_gateway.api.schema_parts import FLAG, TEXT, Schema
from winnow_gateway.http.problems import FieldError
from winnow_notices.schemas import EVENT

LONGEST_DESCRIPTION = 200
"""In characters."""
_MAX_BODY_BYTES = 16_384
_TYPES = [event.value for event in WebhookEvent]
_FIELDS: dict[str, Schema] = {
    "url": {**TEXT, "maxLength": 2_000},
    "types": {"type": "array", "minItems": 1, "uniqueItems": True, "items": EVENT},
    "description": {**TEXT, "maxLength": LONGEST_DESCRIPTION},
}
CREATION: Schema = {
    "type": "object",
    "required": ["url", "types"],
    "properties": _FIELDS,
    "additionalProperties": False,
}
CHANGE: Schema = {
    "type": "object",
    "minProperties": 1,
    "properties": {**_FIELDS, "enabled": FLAG},
    "additionalProperties": False,
}


def read_fields(request: Request, form: Schema) -> dict[str, Any]:
    """The body's fields, those of ``form``, each of them checked. Raises FieldError."""
    request.max_content_length = _MAX_BODY_BYTES
    given = request.get_json(silent=True) if request.mimetype == "application/json" else None
    if not isinstance(given, dict) or not given:
        hint = 'For example {"url": "https://example.org/hook", "types": ["media.ready"]}.'
        raise FieldError("The body must be a JSON object with a field or more.", pointer="#", hint=hint)
    for name in given.keys() - form["properties"].keys():
        raise FieldError(f"There is no field {name[:60]!r} here.", pointer=f"#/{name[:60]}")
    for name in form.get("required", ()):
        if name not in given:
            raise FieldError(f"The field {name!r} is needed.", pointer=f"#/{name}")
    return check_fields(given)


def check_fields(given: dict[str, Any]) -> dict[str, Any]:
    """The fields of a webhook, with types as a tuple in their usual order. Raises FieldError for one that cannot be."""
    checked = dict(given)
    if "url" in given:
        fault = url_fault(given["url"]) if isinstance(given["url"], str) else "The address must be a text."
        if fault:
            raise FieldError(fault, pointer="#/url")
    if "types" in given:
        types = given["types"]
        if not isinstance(types, list) or not types or not all(one in _TYPES for one in types):
            raise FieldError(f"The types must be some of {', '.join(_TYPES)}.", pointer="#/types")
        checked["types"] = tuple(one for one in _TYPES if one in types)
    if "description" in given:
        text = given["description"]
        if not isinstance(text, str) or len(text) > LONGEST_DESCRIPTION or not text.isprintable():
            detail = f"The description must be a text of {LONGEST_DESCRIPTION} characters at most."
            raise FieldError(detail, pointer="#/description")
    if "enabled" in given and not isinstance(given["enabled"], bool):
        raise FieldError("The field 'enabled' must be true or false.", pointer="#/enabled")
    return checked
