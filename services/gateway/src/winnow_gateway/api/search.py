"""GET /v1/search: finds moments in recordings, to the second."""

from flask import Response

from winnow_contracts.errors import BadInput
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import PATH_SCHEMAS, ApiAnswer, Call, Operation, QueryParameter, json_answer

MAX_CHARACTERS = 1_000


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The search operation."""

    def search(call: Call) -> Response:
        query = call.query
        if not (query["q"] or "").strip():
            raise BadInput("There is nothing to search for.", code="malformed", hint="Give words in ?q=.")
        hits = parts.reads.search(
            call.tenant_id, query["q"], query["mode"], query["limit"], query["media_id"], query["language"]
        )
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
                    schema={"type": "string", "maxLength": MAX_CHARACTERS},
                ),
                QueryParameter(name="mode", about="How to look.", schema=modes),
                QueryParameter(name="limit", about="Most hits.", schema=limit),
                QueryParameter(name="media_id", about="Only in this media.", schema=PATH_SCHEMAS["media_id"]),
                QueryParameter(
                    name="language",
                    about="Only in this language, by the code that transcripts have.",
                    schema={"type": "string", "pattern": "^[a-z]{2,3}$"},
                ),
            ),
            answers=(
                ApiAnswer(
                    status=200,
                    about="The hits; degraded says what they were found without.",
                    content={"application/json": ref("Hits")},
                ),
            ),
            problems=("malformed", "unavailable", "model-unavailable"),
        ),
    )
