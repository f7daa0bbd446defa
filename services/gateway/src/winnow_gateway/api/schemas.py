"""JSON Schemas of what the API answers, by name; ``openapi.json`` holds them as components."""

from typing import Any

Schema = dict[str, Any]


def ref(name: str) -> Schema:
    """A reference to one of ``SCHEMAS``."""
    return {"$ref": f"#/components/schemas/{name}"}


def _object(needed: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    """An object that has ``needed`` and may have ``optional``; it may grow by fields."""
    return {"type": "object", "required": list(needed), "properties": {**needed, **(optional or {})}}


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _or_null(kind: str) -> Schema:
    return {"type": [kind, "null"]}


TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
FLAG: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
INSTANT: Schema = {"type": "string", "format": "date-time"}
LINKS: Schema = {"type": "object", "additionalProperties": TEXT}
TEXTS = _list(TEXT)
JOB_STATUS: Schema = {"type": "string", "enum": ["queued", "running", "done", "failed", "cancelled"]}
MEDIA_STATUS: Schema = {"type": "string", "enum": ["processing", "ready", "failed"]}
STAGE_STATUS: Schema = {"type": "string", "enum": ["waiting", "running", "retrying", "done", "failed", "cancelled"]}
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
    "has_video": _or_null("boolean"),
    "duration_ms": _or_null("integer"),
    "language": _or_null("string"),
    "status": MEDIA_STATUS,
    "job_id": TEXT,
    "created_at": INSTANT,
    "speech": _SPEECH,
    "warnings": TEXTS,
    "has_transcript": FLAG,
    "stream_url": _or_null("string"),
    "poster_url": _or_null("string"),
    "thumbnail_url": _or_null("string"),
    "play_url": TEXT,
    "links": LINKS,
}
_STAGE = {
    "name": TEXT,
    "status": STAGE_STATUS,
    "ms": _or_null("integer"),
    "progress": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
    "reason": _or_null("string"),
}
_JOB = {
    "id": TEXT,
    "media_id": TEXT,
    "status": JOB_STATUS,
    "run": COUNT,
    "created_at": INSTANT,
    "finished_at": _or_null("string"),
    "stages": _list(ref("Stage")),
    "error": {"oneOf": [ref("Problem"), {"type": "null"}]},
    "warnings": TEXTS,
    "links": LINKS,
}
_SEGMENT = {
    "n": COUNT,
    "text": TEXT,
    "start_ms": COUNT,
    "end_ms": COUNT,
    "words": _list(_object({"text": TEXT, "start_ms": COUNT, "end_ms": COUNT, "confidence": NUMBER})),
}
_TRANSCRIPT = {
    "media_id": TEXT,
    "language": TEXT,
    "duration_ms": COUNT,
    "model": TEXT,
    "segments": _list(_object(_SEGMENT)),
    "speech": _SPEECH,
    "warnings": TEXTS,
}
_MOMENT = {
    "start_ms": COUNT,
    "end_ms": COUNT,
    "text": TEXT,
    "highlights": _list(_object({"from": COUNT, "to": COUNT})),
    "why": {"type": "object"},
    "thumbnail_url": _or_null("string"),
    "play_url": TEXT,
}
_HIT = {"media_id": TEXT, "title": TEXT, "kind": TEXT, "score": NUMBER, "moments": _list(ref("Moment"))}
_HITS = {"query": TEXT, "mode": TEXT, "degraded": TEXTS, "items": _list(ref("Hit"))}
_DEAD_TASK = {
    "task_id": TEXT,
    "job_id": TEXT,
    "tenant_id": TEXT,
    "media_id": TEXT,
    "actor": TEXT,
    "queue": TEXT,
    "run": COUNT,
    "retry": COUNT,
    "ended_at": _or_null("string"),
    "problem": {"oneOf": [ref("Problem"), {"type": "null"}]},
    "replayable": FLAG,
    "discarded_at": _or_null("string"),
    "links": LINKS,
}
_DEAD_DETAIL = {"command": {"type": ["object", "null"]}, "trace": _or_null("string")}
_LANE = {
    "lane": TEXT,
    "paused_since": _or_null("string"),
    "ready": _or_null("integer"),
    "consumers": _or_null("integer"),
}
_JOURNAL = {
    "journal_id": TEXT,
    "service": TEXT,
    "node": TEXT,
    "applied_seq": COUNT,
    "seen_at": _or_null("string"),
    "lost_at": _or_null("string"),
    "unknown_attempts": COUNT,
}
_FINDING_KIND: Schema = {
    "type": "string",
    "enum": ["stuck_job", "unknown_attempt", "dead_task", "lost_journal", "superseded"],
}
_ACCEPTED = {"media_id": TEXT, "job_id": TEXT, "status": JOB_STATUS, "links": LINKS}
_SESSION = {"tenant_id": TEXT, "key_id": TEXT, "scopes": TEXTS, "csrf": TEXT}


def _page(of: str) -> Schema:
    return _object({"items": _list(ref(of)), "next_cursor": _or_null("string"), "degraded": TEXTS})


SCHEMAS: dict[str, Schema] = {
    "Problem": _object(_PROBLEM, {"request_id": TEXT, "errors": _list({"type": "object"})}),
    "Media": _object(_MEDIA),
    "MediaPage": _page("Media"),
    "Stage": _object(_STAGE),
    "Job": _object(_JOB, {"degraded": TEXTS}),
    "JobPage": _page("Job"),
    "JobChange": _object({"id": TEXT, "event": TEXT, "job": ref("Job")}),
    "Trace": _object({"job": ref("Job"), "tasks": _list({"type": "object"}), "events": _list({"type": "object"})}),
    "Transcript": _object(_TRANSCRIPT),
    "Moment": _object(_MOMENT, {"word_start_ms": _or_null("integer"), "speaker": _or_null("string")}),
    "Hit": _object(_HIT),
    "Hits": _object(_HITS, {"took_ms": NUMBER, "generation": _or_null("string")}),
    "Accepted": _object(_ACCEPTED),
    "DeadTask": _object(_DEAD_TASK, _DEAD_DETAIL),
    "DeadPage": _object({"items": _list(ref("DeadTask")), "next_cursor": _or_null("string")}),
    "Lane": _object(_LANE),
    "Lanes": _object({"items": _list(ref("Lane")), "degraded": TEXTS}),
    "Journals": _object({"items": _list(_object(_JOURNAL))}),
    "Finding": _object({"kind": _FINDING_KIND, "what": TEXT, "detail": TEXT}, {"count": COUNT}),
    "Findings": _object({"items": _list(ref("Finding"))}),
    "Drill": _object({"job_id": TEXT, "links": LINKS}),
    "Session": _object(_SESSION),
    "Health": _object({"status": TEXT}),
    "Readiness": _object({"ready": FLAG, "reasons": LINKS, "degraded": LINKS}),
}
