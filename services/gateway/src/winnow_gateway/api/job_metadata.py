"""The metadata that a tenant writes on a job: a small, flat JSON object."""

import json
import math
import re
from typing import Any

from winnow_contracts.job_options import MetadataValue
from winnow_gateway.http.operations import Schema
from winnow_gateway.http.problems import FieldError

MOST_KEYS = 16
MOST_BYTES = 2_000
MOST_VALUE_CHARACTERS = 1_000
_KEY = r"[A-Za-z0-9_.-]{1,64}"
SCHEMA: Schema = {
    "type": "object",
    "maxProperties": MOST_KEYS,
    "propertyNames": {"pattern": f"^{_KEY}$"},
    "additionalProperties": {"type": ["string", "number", "boolean"], "maxLength": MOST_VALUE_CHARACTERS},
}


def read_metadata(value: Any, pointer: str) -> dict[str, MetadataValue]:
    """Returns the metadata of a request: an object, its JSON text, or None. Raises FieldError."""
    if value is None:
        return {}
    if isinstance(value, str):
        try:
            value = json.loads(value, parse_constant=_refuse_constant)
        except ValueError as error:
            raise FieldError("The metadata must be a JSON object.", pointer=pointer) from error
    if not isinstance(value, dict):
        raise FieldError("The metadata must be a JSON object.", pointer=pointer)
    if len(value) > MOST_KEYS or len(json.dumps(value, ensure_ascii=False).encode(errors="replace")) > MOST_BYTES:
        raise FieldError(f"The metadata has more than {MOST_KEYS} keys or {MOST_BYTES} bytes.", pointer=pointer)
    for key, one in value.items():
        if not re.fullmatch(_KEY, key):
            raise FieldError("A key of the metadata must be 1 to 64 letters, digits and _ . -", pointer=pointer)
        if not _fits(one):
            detail = f"{key!r} must be a text of up to {MOST_VALUE_CHARACTERS} characters, a number, true or false."
            raise FieldError(detail, pointer=f"{pointer}/{key}")
    return value


def _fits(one: Any) -> bool:
    if isinstance(one, str):
        # The database keeps no NUL, and a lone surrogate is no character.
        return len(one) <= MOST_VALUE_CHARACTERS and not re.search("[\x00\ud800-\udfff]", one)
    return isinstance(one, int) or (isinstance(one, float) and math.isfinite(one))


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
