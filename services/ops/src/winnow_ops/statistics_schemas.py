"""The JSON Schemas of statistics and repeated runs."""

from winnow_contracts.index_api.duplicates import RepeatCause
from winnow_gateway.api.schema_parts import (
    COUNT,
    INSTANT,
    LINKS,
    NUMBER,
    TEXT,
    Schema,
    list_of,
    object_of,
    or_null,
    ref,
)

_COUNTS: Schema = {"type": "object", "additionalProperties": COUNT}
_CAUSE: Schema = {"enum": [*RepeatCause, None]}
_PERCENTILES = ("p50", "p95")
_SLICE = {"at_ms": COUNT, "completed": COUNT, "dead": COUNT, "cancelled": COUNT}
_TIMES = {
    "at_ms": COUNT,
    **{f"{what}_{each}_ms": or_null("number") for what in ("wait", "run") for each in _PERCENTILES},
}
_ACTOR = {
    "actor": TEXT,
    "ended": COUNT,
    "dead": COUNT,
    **{f"{what}_{each}_ms": or_null("number") for what in ("wait", "run") for each in (*_PERCENTILES, "p99")},
}
_COSTS = {
    "jobs": COUNT,
    "cost_usd": NUMBER,
    "unpriced": COUNT,
    **dict.fromkeys(("p50_usd", "p95_usd", "highest_usd"), or_null("number")),
    "highest_job_id": or_null("string"),
}
_STATISTICS = {
    "since_at": INSTANT,
    "until_at": INSTANT,
    "ended": _COUNTS,
    "open": _COUNTS,
    "slice_seconds": COUNT,
    "slices": list_of(object_of(_SLICE)),
    "times": list_of(object_of(_TIMES)),
    "actors": list_of(object_of(_ACTOR)),
    "nodes": list_of(object_of({"node": TEXT, "completed": COUNT, "failed": COUNT})),
    "costs": object_of(_COSTS),
    "oldest_waiting": or_null("object"),
}
_REPEATED_RUN = {
    **dict.fromkeys(("task_id", "attempt_id", "job_id", "tenant_id", "actor", "node"), TEXT),
    **dict.fromkeys(("run", "number", "retry"), COUNT),
    **dict.fromkeys(("started_at", "ended_at", "outcome", "after_node", "after_outcome"), or_null("string")),
    "cause": _CAUSE,
    "links": LINKS,
}
STATISTICS_SCHEMAS: dict[str, Schema] = {
    "Statistics": object_of(_STATISTICS),
    "RepeatedRun": object_of(_REPEATED_RUN),
    "DuplicatesPage": object_of(
        {
            "items": list_of(ref("RepeatedRun")),
            "sums": list_of(object_of({"cause": _CAUSE, **dict.fromkeys(("runs", "unknown", "superseded"), COUNT)})),
            "runs": COUNT,
            "next_cursor": or_null("string"),
        }
    ),
}
