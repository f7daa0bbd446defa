"""/v1/ops/overview: whether all is well, and what to do if not. The page ``/ops`` begins with the same."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Response

from winnow_contracts.errors import Unavailable
from winnow_contracts.index_api.operators import ListFindings, ListJournals
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.clients.pagination import INDEX_DOWN
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer
from winnow_journal.codec import plain
from winnow_ops.concerns import Concern, concerns, verdict
from winnow_ops.silence import lately_silent


@dataclass(frozen=True, kw_only=True)
class Overview:
    """One line for a person, what it is made of (trouble first), the lanes, and what could not be read."""

    verdict: str
    concerns: tuple[Concern, ...]
    lanes: tuple[dict[str, Any], ...]
    degraded: tuple[str, ...]


def overview(parts: Dependencies) -> Overview:
    """Looks at findings, nodes and lanes. What does not answer is a concern itself, so this raises nothing for it."""
    lanes = parts.operator_reads.lanes()
    degraded = list(lanes["degraded"])
    try:
        findings = parts.index.ask(ListFindings()).items
        silent = lately_silent(parts.index.ask(ListJournals()).items, datetime.now(UTC))
    except Unavailable:
        findings, silent = (), []
        degraded = list(dict.fromkeys((INDEX_DOWN, *degraded)))
    found = concerns(findings, silent, lanes["items"], degraded)
    return Overview(
        verdict=verdict(found), concerns=tuple(found), lanes=tuple(lanes["items"]), degraded=tuple(degraded)
    )


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operation that tells it."""

    def tell(call: Call) -> Response:
        seen = overview(parts)
        return json_answer(
            {
                "well": not seen.concerns,
                "verdict": seen.verdict,
                "concerns": [plain(one) for one in seen.concerns],
                "degraded": seen.degraded,
            }
        )

    return (
        Operation(
            name="read_overview",
            method="GET",
            path="/v1/ops/overview",
            about="Whether all is well, in one line, and what wants a person, most pressing first: what, what to do,"
            " the page that shows it (address) and the command. degraded: what is unknown.",
            handler=tell,
            scope="ops:read",
            answers=(ApiAnswer(status=200, about="It.", content={"application/json": ref("Overview")}),),
        ),
    )
