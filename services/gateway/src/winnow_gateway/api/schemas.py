"""JSON Schemas of the API's answers by name; ``openapi.json`` lists them as components."""

from winnow_gateway.api.schema_parts import (
    COSTS,
    COUNT,
    COUNTED,
    COUNTS,
    FLAG,
    INSTANT,
    JOB_STATUS,
    LINKS,
    MEDIA_STATUS,
    NUMBER,
    PRIORITY,
    SLICE_DONE,
    STAGE_STATUS,
    TEXT,
    TEXTS,
    TOTAL,
    TRACK,
    Schema,
    list_of,
    object_of,
    or_null,
    page_of,
    ref,
)

_SPEECH: Schema = {"type": ["object", "null"], "properties": {"ratio": NUMBER}}

_PROBLEM = {
    "type": TEXT,
    "title": TEXT,
    "status": {"type": "integer", "minimum": 400, "maximum": 599},
    "detail": TEXT,
    "instance": TEXT,
    "code": TEXT,
    "retryable": FLAG,
    "hint": TEXT,
}
_MEDIA = {
    "id": TEXT,
    "kind": TEXT,
    "title": TEXT,
    "filename": TEXT,
    "content_type": TEXT,
    "size_bytes": COUNT,
    "has_video": or_null("boolean"),
    "duration_ms": or_null("integer"),
    "language": or_null("string"),
    "status": MEDIA_STATUS,
    "job_id": TEXT,
    "created_at": INSTANT,
    "speech": _SPEECH,
    "warnings": TEXTS,
    "has_transcript": FLAG,
    "tags": TEXTS,
    "version": COUNT,
    "stream_url": or_null("string"),
    "poster_url": or_null("string"),
    "thumbnail_url": or_null("string"),
    "play_url": TEXT,
    "links": LINKS,
}
_STAGE = {
    "name": TEXT,
    "status": STAGE_STATUS,
    "ms": or_null("integer"),
    "progress": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
    "reason": or_null("string"),
    "heard_seconds": or_null("number"),
    "of_seconds": or_null("number"),
}
_ETA = object_of({"seconds": COUNT, "at": INSTANT, "ahead": COUNT})
_JOB = {
    "id": TEXT,
    "media_id": TEXT,
    "status": JOB_STATUS,
    "run": COUNT,
    "created_at": INSTANT,
    "finished_at": or_null("string"),
    "stages": list_of(ref("Stage")),
    "error": {"oneOf": [ref("Problem"), {"type": "null"}]},
    "warnings": TEXTS,
    "eta": {"oneOf": [_ETA, {"type": "null"}]},
    "priority": PRIORITY,
    "track": TRACK,
    "not_before": or_null("string"),
    "metadata": {"type": "object"},
    "links": LINKS,
}
_SEGMENT = {
    "n": COUNT,
    "text": TEXT,
    "start_ms": COUNT,
    "end_ms": COUNT,
    "words": list_of(object_of({"text": TEXT, "start_ms": COUNT, "end_ms": COUNT, "confidence": NUMBER})),
}
_TRANSCRIPT = {
    "media_id": TEXT,
    "language": TEXT,
    "duration_ms": COUNT,
    "model": TEXT,
    "segments": list_of(object_of(_SEGMENT)),
    "speech": _SPEECH,
    "warnings": TEXTS,
}
_MOMENT = {
    "start_ms": COUNT,
    "end_ms": COUNT,
    "text": TEXT,
    "highlights": list_of(object_of({"from": COUNT, "to": COUNT})),
    "why": {"type": "object"},
    "thumbnail_url": or_null("string"),
    "play_url": TEXT,
}
_HIT = {"media_id": TEXT, "title": TEXT, "kind": TEXT, "score": NUMBER, "moments": list_of(ref("Moment"))}
_HITS = {"query": TEXT, "mode": TEXT, "degraded": TEXTS, "items": list_of(ref("Hit"))}
_FACETS = object_of({"language": COUNTS, "kind": COUNTS})
_ACCEPTED = {"media_id": TEXT, "job_id": TEXT, "status": JOB_STATUS, "links": LINKS}
_SPENDING = {
    "day": TEXT,
    "spent_usd": NUMBER,
    "limit_usd": NUMBER,
    "by_model": list_of(object_of({"model": TEXT, "use": TEXT, **COSTS})),
}


_USAGE = {
    "tenant_id": TEXT,
    "stored_bytes": COUNT,
    "quota_bytes": or_null("integer"),
    "quota_set_by": or_null("string"),
    "quota_set_at": or_null("string"),
    "recordings": COUNT,
    "photos": COUNT,
    "month": TEXT,
    "requests": COUNT,
    "spent_usd": NUMBER,
    "budget_usd": NUMBER,
}

SCHEMAS: dict[str, Schema] = {
    "Problem": object_of(_PROBLEM, {"request_id": TEXT, "errors": list_of({"type": "object"})}),
    "Media": object_of(_MEDIA),
    "MediaPage": page_of("Media", COUNTED),
    "ReprocessSlice": object_of({"audit_id": or_null("integer"), **SLICE_DONE}, {"matches": TOTAL}),
    "Stage": object_of(_STAGE),
    "Job": object_of(_JOB, {"degraded": TEXTS}),
    "JobPage": page_of("Job"),
    "JobChange": object_of({"id": TEXT, "event": TEXT, "job": ref("Job")}),
    "Trace": object_of(
        {
            "job": ref("Job"),
            "tasks": list_of({"type": "object"}),
            "events": list_of({"type": "object"}),
            "history_note": TEXT,
        }
    ),
    "Transcript": object_of(_TRANSCRIPT, {"source": {**TEXT, "enum": ["speech", "captions"]}}),
    "Moment": object_of(_MOMENT, {"word_start_ms": or_null("integer"), "speaker": or_null("string")}),
    "Hit": object_of(_HIT),
    "Hits": object_of(_HITS, {"took_ms": NUMBER, "generation": or_null("string"), "total": TOTAL, "facets": _FACETS}),
    "Accepted": object_of(_ACCEPTED),
    "Spending": object_of(_SPENDING),
    "Usage": object_of(_USAGE),
    "Drill": object_of({"job_id": TEXT, "links": LINKS}),
    "Health": object_of({"status": TEXT}),
    "Readiness": object_of({"ready": FLAG, "reasons": LINKS, "degraded": LINKS}),
}
