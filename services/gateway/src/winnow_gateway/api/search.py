"""GET /v1/search: finds moments in recordings, to the second."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from winnow_contracts.errors import BadInput
from winnow_gateway.api.list_filters import LANGUAGE, LEAST_LENGTH, TAG, TIME, unix_ms
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import PATH_SCHEMAS, ApiAnswer, Call, Operation, QueryParameter, json_answer

MAX_CHARACTERS = 1_000
FILTERS = (
    QueryParameter(name="media_id", about="Only in this media.", schema=PATH_SCHEMAS["media_id"]),
    LANGUAGE,
    QueryParameter(name="kind", about="Only in these.", schema={"type": "string", "enum": ["video", "audio"]}),
    TAG,
    QueryParameter(name="after", about="Only in what was added at this time or later.", schema=TIME),
    QueryParameter(name="before", about="Only in what was added before this time.", schema=TIME),
    LEAST_LENGTH,
)
_TIMES = {"after": "created_after_ms", "before": "created_before_ms"}


def search_filters(query: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the given filters in index's words. Raises FieldError for a time that is none."""
    given = {one.name: query[one.name] for one in FILTERS if query[one.name] is not None}
    times = {ours: unix_ms(name, given.pop(name)) for name, ours in _TIMES.items() if name in given}
    return given | times


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The search operation."""

    def search(call: Call) -> Response:
        query = call.query
        if not (query["q"] or "").strip():
            raise BadInput("There is nothing to search for.", code="malformed", hint="Give words in ?q=.")
        hits = parts.reads.search(call.tenant_id, query["q"], query["mode"], query["limit"], **search_filters(query))
        return json_answer(hits)

    modes = {"type": "string", "enum": ["hybrid", "meaning", "words"], "default": "hybrid"}
    limit = {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
    return (
        Operation(
            name="search",
            method="GET",
            path="/v1/search",
            about="Find the moments where something is said, by words, by meaning, or both.",
            handler=search,
            query=(
                QueryParameter(
                    name="q",
                    about="What to look for; empty is malformed.",
                    schema={"type": "string", "maxLength": MAX_CHARACTERS, "examples": ["young man"]},
                ),
                QueryParameter(name="mode", about="How to look.", schema=modes),
                QueryParameter(name="limit", about="Most hits.", schema=limit),
                *FILTERS,
            ),
            answers=(
                ApiAnswer(
                    status=200,
                    about="The hits, and how many there are by language and kind (facets); degraded says what they were"
                    " found without.",
                    content={"application/json": ref("Hits")},
                ),
            ),
            problems=("malformed", "unavailable", "model-unavailable"),
        ),
    )
