"""JSON Schemas of the API's answers by name; ``openapi.json`` lists them as components."""

from winnow_gateway.api.photo_schemas import PHOTO_SCHEMAS
from winnow_gateway.api.schema_parts import (
    COUNT,
    FLAG,
    INSTANT,
    JOB_STATUS,
    LINKS,
    MEDIA_STATUS,
    NUMBER,
    PRIORITY,
    STAGE_STATUS,
    TEXT,
    TEXTS,
    Schema,
    list_of,
    object_of,
    or_null,
    page_of,
    ref,
)
from winnow_gateway.api.worker_schemas import WORKER_SCHEMAS

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
    "not_before": or_null("string"),
    "metadata": {"type": "object"},
    "links": LINKS,
}
_SCHEDULE_RUN = {
    "schedule": TEXT,
    "due_at": INSTANT,
    "asked_by": or_null("string"),
    "node": TEXT,
    "began_at": or_null("string"),
    "ended_at": or_null("string"),
    "duration_ms": or_null("integer"),
    "outcome": {"enum": ["done", "failed", "skipped_overlap", "missed", None]},
    "detail": {"type": "object"},
}
_SCHEDULE = {
    "name": TEXT,
    "what": TEXT,
    "cron": TEXT,
    "time_zone": TEXT,
    "next_at": INSTANT,
    "last": {"oneOf": [ref("ScheduleRun"), {"type": "null"}]},
}
_AI_USE = {
    "model": TEXT,
    "use": TEXT,
    "calls": COUNT,
    "tokens_in": COUNT,
    "tokens_out": COUNT,
    "cost_usd": or_null("number"),
    "cached": COUNT,
    "saved_tokens": COUNT,
    "saved_usd": or_null("number"),
}
_WEEK_FIGURES = {
    "jobs": list_of(object_of({"kind": TEXT, "status": JOB_STATUS, "jobs": COUNT})),
    "failures": list_of(object_of({"actor": TEXT, "cause": TEXT, "tasks": COUNT})),
    "work": list_of(object_of({"actor": TEXT, "attempts": COUNT, "seconds": NUMBER})),
    "ai": list_of(object_of(_AI_USE)),
}
_REPORT = {
    "week": {"type": "string", "format": "date"},
    "time_zone": TEXT,
    "from_at": INSTANT,
    "until_at": INSTANT,
    "made_at": INSTANT,
    "figures": ref("WeekFigures"),
    "before": ref("WeekFigures"),
}
_LANE_STAT = {
    "lane": TEXT,
    "at": INSTANT,
    "ready": COUNT,
    "consumers": COUNT,
    "oldest_seconds": or_null("number"),
    "paused": FLAG,
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
_DEAD_TASK = {
    "task_id": TEXT,
    "job_id": TEXT,
    "tenant_id": TEXT,
    "media_id": TEXT,
    "actor": TEXT,
    "queue": TEXT,
    "run": COUNT,
    "retry": COUNT,
    "ended_at": or_null("string"),
    "problem": {"oneOf": [ref("Problem"), {"type": "null"}]},
    "replayable": FLAG,
    "discarded_at": or_null("string"),
    "links": LINKS,
}
_DEAD_DETAIL = {"command": {"type": ["object", "null"]}, "trace": or_null("string")}
_TASK = {
    **dict.fromkeys(("task_id", "job_id", "tenant_id", "media_id", "actor", "queue", "node", "state"), TEXT),
    **dict.fromkeys(("run", "retry", "attempts"), COUNT),
    **{name: or_null("string") for name in ("enqueued_at", "started_at", "ended_at", "discarded_at")},
    **{name: or_null("integer") for name in ("wait_ms", "run_ms")},
    "error": or_null("object"),
    "links": LINKS,
}
_TASK_DETAIL: dict[str, Schema] = {
    **{name: list_of({"type": "object"}) for name in ("attempts_made", "steps", "events")},
    "arguments": or_null("object"),
    "origin": TEXT,
    "sent": TEXTS,
    "trace": TEXT,
    "replayable": FLAG,
}
_AUDIT_ENTRY = {
    **dict.fromkeys(("audit_id", "done", "refused"), COUNT),
    **dict.fromkeys(("key_id", "key_name", "action", "target"), TEXT),
    "at": INSTANT,
    "ended_at": or_null("string"),
    "filter": or_null("object"),
}
_LANE = {
    "lane": TEXT,
    "paused_since": or_null("string"),
    "ready": or_null("integer"),
    "consumers": or_null("integer"),
}
_JOURNAL = {
    "journal_id": TEXT,
    "service": TEXT,
    "node": TEXT,
    "applied_seq": COUNT,
    "seen_at": or_null("string"),
    "lost_at": or_null("string"),
    "unknown_attempts": COUNT,
}
_JOURNAL_NOW = {
    "journal_id": TEXT,
    "service": TEXT,
    "node": TEXT,
    "folder": TEXT,
    "living": COUNT,
    "tasks": {"type": "object", "additionalProperties": COUNT},
    "unconfirmed": COUNT,
    "oldest_unconfirmed_ms": COUNT,
    "kept": COUNT,
    "unapplied": COUNT,
    "oldest_unapplied_ms": COUNT,
    "applied_seq": COUNT,
    "last_seq": COUNT,
    "suspects": COUNT,
    "database_bytes": COUNT,
    "wal_bytes": COUNT,
}
_ROWS = list_of({"type": "object"})
_RECORDS = object_of(dict.fromkeys(("tasks", "steps", "commands", "events", "retries"), _ROWS))
_JOB_JOURNAL = object_of({"service": TEXT, "node": TEXT, "journal_id": TEXT, "records": _RECORDS})
_FINDING_KIND: Schema = {
    "type": "string",
    "enum": ["stuck_job", "unknown_attempt", "dead_task", "lost_journal", "superseded"],
}
_ACCEPTED = {"media_id": TEXT, "job_id": TEXT, "status": JOB_STATUS, "links": LINKS}
_SESSION = {"tenant_id": TEXT, "key_id": TEXT, "scopes": TEXTS, "csrf": TEXT}


SCHEMAS: dict[str, Schema] = {
    "Problem": object_of(_PROBLEM, {"request_id": TEXT, "errors": list_of({"type": "object"})}),
    "Media": object_of(_MEDIA),
    "MediaPage": page_of("Media"),
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
    "Transcript": object_of(_TRANSCRIPT),
    "Moment": object_of(_MOMENT, {"word_start_ms": or_null("integer"), "speaker": or_null("string")}),
    "Hit": object_of(_HIT),
    "Hits": object_of(_HITS, {"took_ms": NUMBER, "generation": or_null("string")}),
    "Accepted": object_of(_ACCEPTED),
    **PHOTO_SCHEMAS,
    "DeadTask": object_of(_DEAD_TASK, _DEAD_DETAIL),
    "DeadPage": object_of({"items": list_of(ref("DeadTask")), "next_cursor": or_null("string")}),
    "Task": object_of(_TASK, _TASK_DETAIL),
    "TaskPage": object_of(
        {"items": list_of(ref("Task")), "next_cursor": or_null("string"), "looked_until": or_null("string")}
    ),
    "BulkSlice": object_of(
        {
            **dict.fromkeys(("audit_id", "done", "refused"), COUNT),
            "refusals": list_of(object_of({"target": TEXT, "detail": TEXT})),
            "next_cursor": or_null("string"),
        }
    ),
    "AuditPage": object_of({"items": list_of(object_of(_AUDIT_ENTRY)), "next_cursor": or_null("string")}),
    "Lane": object_of(_LANE),
    "LaneStats": object_of({"items": list_of(object_of(_LANE_STAT))}),
    "Lanes": object_of({"items": list_of(ref("Lane")), "degraded": TEXTS}),
    "Journals": object_of({"items": list_of(object_of(_JOURNAL))}),
    "JournalsNow": object_of({"items": list_of(object_of(_JOURNAL_NOW)), "missing": TEXTS}),
    "JobJournals": object_of({"items": list_of(_JOB_JOURNAL), "missing": TEXTS}),
    **WORKER_SCHEMAS,
    "Finding": object_of({"kind": _FINDING_KIND, "what": TEXT, "detail": TEXT}, {"count": COUNT}),
    "Findings": object_of({"items": list_of(ref("Finding"))}),
    "Drill": object_of({"job_id": TEXT, "links": LINKS}),
    "ScheduleRun": object_of(_SCHEDULE_RUN),
    "ScheduleRuns": object_of({"items": list_of(ref("ScheduleRun"))}),
    "Schedules": object_of({"items": list_of(object_of(_SCHEDULE))}),
    "Report": object_of(_REPORT),
    "Reports": object_of({"items": list_of(ref("Report"))}),
    "WeekFigures": object_of(_WEEK_FIGURES),
    "Resend": object_of({"job_id": TEXT, "links": LINKS}),
    "Session": object_of(_SESSION),
    "Health": object_of({"status": TEXT}),
    "Readiness": object_of({"ready": FLAG, "reasons": LINKS, "degraded": LINKS}),
}
