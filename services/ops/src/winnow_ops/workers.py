"""/v1/ops/workers: which nodes live, and what they say of themselves."""

from flask import Response

from winnow_contracts.index_api.workers import ListWorkers
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer
from winnow_journal.codec import plain


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operations on nodes."""

    def workers(call: Call) -> Response:
        return json_answer(plain(parts.index.ask(ListWorkers())))

    return (
        Operation(
            name="list_workers",
            method="GET",
            path="/v1/ops/workers",
            about="Every node: online, silent or offline, what it does, how often it succeeds, and its journal's load.",
            handler=workers,
            scope="ops:read",
            answers=(ApiAnswer(status=200, about="All.", content={"application/json": ref("Workers")}),),
            problems=("unavailable",),
        ),
    )
