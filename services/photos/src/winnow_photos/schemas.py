"""JSON Schemas of the API's answers about photos, corrections and rules."""

from winnow_contracts.photo import BetterPhoto, Category, GuidedBy, ItemState, Nothing, RuleLevel
from winnow_gateway.api.schema_parts import (
    COSTS,
    COUNT,
    COUNTED,
    FLAG,
    INSTANT,
    LINKS,
    MEDIA_STATUS,
    NUMBER,
    TEXT,
    TEXTS,
    Schema,
    list_of,
    object_of,
    or_null,
    page_of,
    ref,
)

_GUESS: Schema = {
    "category": {"type": "string", "enum": [category.value for category in Category]},
    "item": TEXT,
    "confidence": {"type": "number", "minimum": 0, "maximum": 1},
}
_RULE = {
    "id": TEXT,
    "region": TEXT,
    "level": {"type": "string", "enum": [level.value for level in RuleLevel]},
    "fallback": FLAG,
    "version": TEXT,
    "language": TEXT,
    "title": TEXT,
    "bin": TEXT,
    "steps": list_of(object_of({"id": TEXT, "text": TEXT})),
    "caution": TEXT,
    "source": object_of({"title": TEXT, "publisher": TEXT, "url": TEXT, "date": TEXT, "checked": TEXT}),
}
_GUIDANCE = {
    "steps": list_of(object_of({"rule_step": TEXT, "text": TEXT})),
    "guided_by": {"type": "string", "enum": [who.value for who in GuidedBy]},
    "model": TEXT,
    "language": TEXT,
}
_RULE_OR_NULL: Schema = {"oneOf": [ref("Rule"), {"type": "null"}]}
_GUIDANCE_OR_NULL: Schema = {"oneOf": [ref("Guidance"), {"type": "null"}]}
_ITEM = {
    **_GUESS,
    "state": {"type": "string", "enum": [state.value for state in ItemState]},
    "alternatives": list_of(object_of(_GUESS)),
    "rule": _RULE_OR_NULL,
    "guidance": _GUIDANCE_OR_NULL,
}


def _worded(codes: list[str]) -> Schema:
    """Schema of a value from a closed list together with its words, or null."""
    worded = object_of({"code": {"type": "string", "enum": codes}, "text": TEXT})
    return {"oneOf": [worded, {"type": "null"}]}


_CLASSIFICATION = {
    "items": list_of(ref("FoundItem")),
    "abstained": FLAG,
    "nothing": _worded([nothing.value for nothing in Nothing]),
    "better_photo": _worded([photo.value for photo in BetterPhoto]),
    "rule": _RULE_OR_NULL,
    "guidance": _GUIDANCE_OR_NULL,
    "language": TEXT,
    "region": TEXT,
    "model": TEXT,
    "prompt": TEXT,
    "threshold": NUMBER,
    "cached": FLAG,
    "warnings": TEXTS,
}
_CORRECTION = {
    "id": {},
    "at": INSTANT,
    "correct_category": _GUESS["category"],
    "correct_item": or_null("string"),
    "correct_state": or_null("string"),
    "note": or_null("string"),
}
_PHOTO = {
    "id": TEXT,
    "job_id": TEXT,
    "status": MEDIA_STATUS,
    "created_at": INSTANT,
    "title": TEXT,
    "tags": TEXTS,
    "version": COUNT,
    "filename": TEXT,
    "content_type": TEXT,
    "size_bytes": COUNT,
    "width": or_null("integer"),
    "height": or_null("integer"),
    "warnings": TEXTS,
    "classification": {"oneOf": [ref("Classification"), {"type": "null"}]},
    "error": {"oneOf": [ref("Problem"), {"type": "null"}]},
    "spent": object_of(COSTS),
    "feedback": list_of(ref("Correction")),
    "image_url": or_null("string"),
    "thumbnail_url": or_null("string"),
    "play_url": TEXT,
    "links": LINKS,
}
_LABEL = {
    "id": {},
    "at": INSTANT,
    "media_id": TEXT,
    "image_url": TEXT,
    "said": {"type": "object"},
    "correct": {"type": "object"},
    "note": or_null("string"),
}
_RULES = {
    "regions": list_of(object_of({"id": TEXT, "title": TEXT})),
    "region": TEXT,
    "language": TEXT,
    "version": TEXT,
    "rules": list_of(ref("Rule")),
}
SCHEMAS: dict[str, Schema] = {
    "Photo": object_of(_PHOTO),
    "PhotoPage": page_of("Photo", COUNTED),
    "Classification": object_of(_CLASSIFICATION),
    "FoundItem": object_of(_ITEM),
    "Rule": object_of(_RULE),
    "Guidance": object_of(_GUIDANCE),
    "Correction": object_of({"id": {}}, _CORRECTION),
    "LabelPage": object_of({"items": list_of(object_of(_LABEL)), "next_cursor": or_null("string")}),
    "Rules": object_of(_RULES),
}
