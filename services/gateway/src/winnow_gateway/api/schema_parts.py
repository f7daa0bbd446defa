"""Building blocks of the API's JSON Schemas."""

from typing import Any

from winnow_contracts.job_options import Track
from winnow_contracts.queues import Priority

Schema = dict[str, Any]


def ref(name: str) -> Schema:
    """Returns a reference to one of ``SCHEMAS``."""
    return {"$ref": f"#/components/schemas/{name}"}


def object_of(needed: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    """Returns the schema of an object with required fields ``needed``; further fields may be added later."""
    return {"type": "object", "required": list(needed), "properties": {**needed, **(optional or {})}}


def list_of(of: Schema) -> Schema:
    """Returns the schema of a list."""
    return {"type": "array", "items": of}


def or_null(kind: str) -> Schema:
    """Returns the schema of a value of the JSON type ``kind``, or null."""
    return {"type": [kind, "null"]}


def page_of(of: str, optional: dict[str, Schema] | None = None) -> Schema:
    """Returns the schema of a page of the named schema's items."""
    return object_of({"items": list_of(ref(of)), "next_cursor": or_null("string"), "degraded": TEXTS}, optional)


TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
FLAG: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
INSTANT: Schema = {"type": "string", "format": "date-time"}
EVENT = object_of({"event": TEXT, "data": TEXT}, {"id": TEXT})
"""One server-sent event of a stream; its data are JSON."""
LINKS: Schema = {"type": "object", "additionalProperties": TEXT}
TEXTS = list_of(TEXT)
COUNTS: Schema = {"type": "object", "additionalProperties": COUNT}
TOTAL = object_of({"value": COUNT, "relation": {**TEXT, "enum": ["eq", "gte"]}})
COUNTED: dict[str, Schema] = {"facets": {"type": "object", "additionalProperties": COUNTS}, "total": TOTAL}
"""What a list that was asked for facets has beside its items."""
SLICE_DONE: dict[str, Schema] = {
    **dict.fromkeys(("done", "refused"), COUNT),
    "refusals": list_of(object_of({"target": TEXT, "detail": TEXT})),
    "next_cursor": or_null("string"),
}
"""What one slice of a bulk action did."""
JOB_STATUS: Schema = {"type": "string", "enum": ["scheduled", "queued", "running", "done", "failed", "cancelled"]}
TRACK: Schema = {"type": "string", "enum": [track.value for track in Track]}
PRIORITY: Schema = {"type": "string", "enum": [priority.value for priority in Priority]}
MEDIA_STATUS: Schema = {"type": "string", "enum": ["processing", "ready", "failed"]}
STAGE_STATUS: Schema = {"type": "string", "enum": ["waiting", "running", "retrying", "done", "failed", "cancelled"]}
REGION_ID: Schema = {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,63}$"}
COSTS: dict[str, Schema] = {
    "calls": COUNT,
    "cached": COUNT,
    "tokens_in": COUNT,
    "tokens_out": COUNT,
    "audio_seconds": NUMBER,
    "cost_usd": or_null("number"),
}
"""The fields of what AI calls came to."""
