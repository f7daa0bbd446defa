"""JSON Schemas of the operators' answers by name."""

from winnow_gateway.api.schema_parts import (
    COUNT,
    FLAG,
    INSTANT,
    JOB_STATUS,
    LINKS,
    NUMBER,
    SLICE_DONE,
    TEXT,
    TEXTS,
    TRACK,
    Schema,
    list_of,
    object_of,
    or_null,
    ref,
)
from winnow_ops.statistics_schemas import STATISTICS_SCHEMAS
from winnow_ops.worker_schemas import WORKER_SCHEMAS

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
    **dict.fromkeys(("unacked", "published", "acked"), or_null("integer")),
}
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
    "result": or_null("object"),
    "track": TRACK,
}
_AUDIT_ENTRY = {
    **dict.fromkeys(("audit_id", "done", "refused"), COUNT),
    **dict.fromkeys(("key_id", "key_name", "action", "target"), TEXT),
    "at": INSTANT,
    "ended_at": or_null("string"),
    "filter": or_null("object"),
}
_KEY = {
    **dict.fromkeys(("key_id", "name", "tenant_id"), TEXT),
    "scopes": TEXTS,
    "state": {"type": "string", "enum": ["good", "expired", "revoked"]},
    "created_at": INSTANT,
    **{name: or_null("string") for name in ("expires_at", "revoked_at", "last_used_at")},
}
_CALL_LIMIT = {
    **dict.fromkeys(("name", "tenant_id"), TEXT),
    **{name: or_null("integer") for name in ("value", "setting")},
    **{name: or_null("string") for name in ("set_by", "set_at")},
    **dict.fromkeys(("used", "waiting"), COUNT),
}
_LIMIT_MINUTE = {
    "at": INSTANT,
    **dict.fromkeys(("api", "tenant_id"), TEXT),
    **dict.fromkeys(("used", "waiting", "refused"), COUNT),
}
_LANE = {
    "lane": TEXT,
    "paused_since": or_null("string"),
    "ready": or_null("integer"),
    "consumers": or_null("integer"),
}
_CONCERN = {**dict.fromkeys(("what", "todo", "address", "command"), TEXT), "trouble": FLAG}
_SPENT_DAY = {"day": TEXT, "tenant_id": TEXT, "spent_usd": NUMBER}
_JOURNAL = {
    "journal_id": TEXT,
    "service": TEXT,
    "node": TEXT,
    "applied_seq": COUNT,
    "seen_at": or_null("string"),
    "lost_at": or_null("string"),
    "unknown_attempts": COUNT,
    "state": {"type": "string", "enum": ["in use", "silent", "replaced"]},
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
    "handover_error": TEXT,
    "applied_seq": COUNT,
    "last_seq": COUNT,
    "suspects": COUNT,
    "database_bytes": COUNT,
    "wal_bytes": COUNT,
}
_ROWS = list_of({"type": "object"})
_RECORDS = object_of(dict.fromkeys(("tasks", "steps", "commands", "events", "retries"), _ROWS))
_JOB_JOURNAL = object_of({"service": TEXT, "node": TEXT, "journal_id": TEXT, "records": _RECORDS})
_EVENT_SET_ASIDE = {
    **dict.fromkeys(("journal_id", "service", "node", "error"), TEXT),
    "seq": COUNT,
    "set_aside_at": INSTANT,
    "event": {"type": "object"},
}
_FINDING_KIND: Schema = {
    "type": "string",
    "enum": ["stuck_job", "unknown_attempt", "dead_task", "lost_journal", "superseded", "events_set_aside"],
}

SCHEMAS: dict[str, Schema] = {
    "DeadTask": object_of(_DEAD_TASK, _DEAD_DETAIL),
    "DeadPage": object_of({"items": list_of(ref("DeadTask")), "next_cursor": or_null("string")}),
    "Task": object_of(_TASK, _TASK_DETAIL),
    "TaskPage": object_of(
        {"items": list_of(ref("Task")), "next_cursor": or_null("string"), "looked_until": or_null("string")}
    ),
    "BulkSlice": object_of({"audit_id": COUNT, **SLICE_DONE}),
    "AuditPage": object_of({"items": list_of(object_of(_AUDIT_ENTRY)), "next_cursor": or_null("string")}),
    "ApiKey": object_of(_KEY, {"key": TEXT}),
    "ApiKeys": object_of({"items": list_of(ref("ApiKey"))}),
    "CallLimits": object_of({"items": list_of(object_of(_CALL_LIMIT))}),
    "Tenants": object_of({"items": list_of(ref("Usage"))}),
    "LimitLog": object_of({"items": list_of(object_of(_LIMIT_MINUTE))}),
    "Lane": object_of(_LANE),
    "LaneStats": object_of({"items": list_of(object_of(_LANE_STAT))}),
    "Lanes": object_of({"items": list_of(ref("Lane")), "degraded": TEXTS}),
    "Overview": object_of({"well": FLAG, "verdict": TEXT, "concerns": list_of(object_of(_CONCERN)), "degraded": TEXTS}),
    "SpentDays": object_of({"first_day": TEXT, "last_day": TEXT, "items": list_of(object_of(_SPENT_DAY))}),
    "Journals": object_of({"items": list_of(object_of(_JOURNAL))}),
    "EventsSetAside": object_of({"items": list_of(object_of(_EVENT_SET_ASIDE)), "more": FLAG}),
    "JournalsNow": object_of({"items": list_of(object_of(_JOURNAL_NOW)), "missing": TEXTS}),
    "JobJournals": object_of({"items": list_of(_JOB_JOURNAL), "missing": TEXTS}),
    "Finding": object_of({"kind": _FINDING_KIND, "what": TEXT, "detail": TEXT}, {"count": COUNT}),
    "Findings": object_of({"items": list_of(ref("Finding"))}),
    "ScheduleRun": object_of(_SCHEDULE_RUN),
    "ScheduleRuns": object_of({"items": list_of(ref("ScheduleRun"))}),
    "Schedules": object_of({"items": list_of(object_of(_SCHEDULE))}),
    "Report": object_of(_REPORT),
    "Reports": object_of({"items": list_of(ref("Report"))}),
    "WeekFigures": object_of(_WEEK_FIGURES),
    "Resend": object_of({"job_id": TEXT, "links": LINKS}),
    **STATISTICS_SCHEMAS,
    **WORKER_SCHEMAS,
}
