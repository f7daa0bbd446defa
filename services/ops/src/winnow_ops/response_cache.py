"""/v1/ops/response-cache: what the response cache holds, how often it answered, and what that spared."""

from flask import Response

from winnow_contracts.index_api.response_cache import ReadResponseCache
from winnow_gateway.api.schema_parts import COUNT, INSTANT, TEXT, Schema, list_of, object_of, or_null, ref
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, QueryParameter, json_answer
from winnow_journal.codec import plain

_DAYS = QueryParameter(
    name="days",
    about="So many days, today among them; calls are not kept for longer.",
    schema={"type": "integer", "minimum": 1, "maximum": 30, "default": 30},
)
_DAY = {"day": TEXT, "use": TEXT, "model": TEXT, "hits": COUNT, "paid": COUNT, "saved_usd": or_null("number")}
_KEPT = {
    "counted_at": INSTANT,
    "answers": COUNT,
    "size_bytes": COUNT,
    "oldest_at": or_null("string"),
    "limit_bytes": COUNT,
}
SCHEMA: Schema = object_of(
    {
        "first_day": TEXT,
        "last_day": TEXT,
        "items": list_of(object_of(_DAY)),
        "kept": {"oneOf": [object_of(_KEPT), {"type": "null"}]},
    }
)


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operation on the response cache."""

    def read(call: Call) -> Response:
        return json_answer(plain(parts.index.ask(ReadResponseCache(days=call.query["days"]))))

    return (
        Operation(
            name="get_response_cache",
            method="GET",
            path="/v1/ops/response-cache",
            about="AI answers that are kept so that nobody pays twice: how many and how large as of the last pass over"
            " them, and by day, model and use how many were given in place of a call, how many calls were paid, and"
            " what was spared at the mean price of those.",
            handler=read,
            scope="ops:read",
            query=(_DAYS,),
            answers=(ApiAnswer(status=200, about="It.", content={"application/json": ref("ResponseCache")}),),
            problems=("unavailable",),
        ),
    )
