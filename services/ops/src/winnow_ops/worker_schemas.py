"""The JSON Schemas of nodes."""

from winnow_contracts.heartbeats import NodeState
from winnow_gateway.api.schema_parts import COUNT, TEXT, TEXTS, Schema, list_of, object_of, or_null, ref

_COUNTS = (
    "threads",
    "active",
    "processed",
    "failed",
    "memory_bytes",
    "events_unapplied",
    "oldest_event_ms",
    "journal_pending",
    "oldest_pending_ms",
    "journal_bytes",
    "wal_bytes",
    "free_disk_bytes",
)
_WORKER: Schema = object_of(
    {
        "service": TEXT,
        "node": TEXT,
        "state": {"type": "string", "enum": [state.value for state in NodeState]},
        "host": TEXT,
        "version": TEXT,
        "pid": COUNT,
        "lanes": TEXTS,
        "started_at": TEXT,
        "heartbeat_at": TEXT,
        "offline_at": or_null("string"),
        "success_rate_hour": or_null("number"),
        "success_rate_day": or_null("number"),
        "clock_offset_ms": {"type": "integer"},
        **dict.fromkeys(_COUNTS, COUNT),
    }
)
WORKER_SCHEMAS: dict[str, Schema] = {"Worker": _WORKER, "Workers": object_of({"items": list_of(ref("Worker"))})}
