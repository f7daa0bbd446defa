"""Reads what a request says about the key it wants."""

from datetime import UTC, datetime
from typing import Any

from flask import Request

from winnow_contracts import api_keys
from winnow_contracts.index_api.keys import CreateKey
from winnow_gateway.api.schema_parts import INSTANT, TEXT, Schema
from winnow_gateway.http.problems import FieldError

_MAX_BODY_BYTES = 16_384
_FIELDS: dict[str, Schema] = {
    "name": {**TEXT, "minLength": 1, "maxLength": 200},
    "scopes": {"type": "array", "minItems": 1, "items": {**TEXT, "enum": list(api_keys.SCOPES)}},
    "tenant_id": {**TEXT, "minLength": 1, "maxLength": 200},
    "expires_at": INSTANT,
}
FORM: Schema = {
    "type": "object",
    "required": ["name", "scopes"],
    "properties": _FIELDS,
    "additionalProperties": False,
}


def new_key(given: dict[str, Any], key: api_keys.ApiKey, tenant_id: str, who: str) -> CreateKey:
    """Returns the request that keeps ``key`` as ``given`` describes it. Raises FieldError.

    ``tenant_id`` is whose it is if ``given`` does not say; ``who`` is the id of the key that asks.
    """
    for name in given.keys() - _FIELDS.keys():
        raise FieldError(f"There is no field {name[:60]!r} here.", pointer=f"#/{name[:60]}")
    scopes = given.get("scopes")
    if not isinstance(scopes, list) or not scopes or not all(scope in api_keys.SCOPES for scope in scopes):
        raise FieldError(f"The scopes must be some of {', '.join(api_keys.SCOPES)}.", pointer="#/scopes")
    return CreateKey(
        key_id=key.key_id,
        secret_sha256=api_keys.secret_hash(key.secret),
        tenant_id=_text(given.get("tenant_id", tenant_id), "tenant_id"),
        scopes=tuple(scope for scope in api_keys.SCOPES if scope in scopes),
        name=_text(given.get("name"), "name"),
        who=who,
        expires_ms=_expiry(given.get("expires_at")),
    )


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 200 or not value.isprintable():
        raise FieldError(f"The field {name!r} must be a text of 1 to 200 characters.", pointer=f"#/{name}")
    return value.strip()


def _expiry(value: Any) -> int | None:
    """Unix milliseconds of an RFC 3339 time to come; None for none."""
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise FieldError("The time must be written as 2026-11-30T22:00:00+01:00.", pointer="#/expires_at") from error
    if at.tzinfo is None or at <= datetime.now(UTC):
        raise FieldError("The time must lie ahead, and have its offset from UTC, such as Z.", pointer="#/expires_at")
    return round(at.timestamp() * 1000)


def read_form(request: Request) -> dict[str, Any]:
    """Returns the body of a request. Raises FieldError unless it is a JSON object."""
    request.max_content_length = _MAX_BODY_BYTES
    body = request.get_json(silent=True) if request.mimetype == "application/json" else None
    if not isinstance(body, dict):
        raise FieldError(
            "The body must be a JSON object.",
            pointer="#",
            hint='For example {"name": "a phone", "scopes": ["read", "write"]}.',
        )
    return body
