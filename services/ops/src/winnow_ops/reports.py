"""/v1/ops/reports…: the weekly reports over all tenants."""

from flask import Response

from winnow_contracts.index_api.reports import ListReports, ReadReport
from winnow_gateway.api.list_filters import LIMIT
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer
from winnow_journal.codec import plain


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operations on reports."""
    index = parts.index

    def page(call: Call) -> Response:
        return json_answer(plain(index.ask(ListReports(**call.query))))

    def one(call: Call) -> Response:
        return json_answer(plain(index.ask(ReadReport(week=call.path["week"]))))

    return (
        Operation(
            name="list_reports",
            method="GET",
            path="/v1/ops/reports",
            about="The weekly reports, the latest first: jobs, failures, time, AI use and cost, what the cache saved.",
            handler=page,
            scope="ops:read",
            query=(LIMIT,),
            answers=(ApiAnswer(status=200, about="Them.", content={"application/json": ref("Reports")}),),
            problems=("unavailable",),
        ),
        Operation(
            name="get_report",
            method="GET",
            path="/v1/ops/reports/{week}",
            about="The report of one week, which is named by its Monday.",
            handler=one,
            scope="ops:read",
            answers=(ApiAnswer(status=200, about="It.", content={"application/json": ref("Report")}),),
            problems=("invalid-field", "not-found", "unavailable"),
        ),
    )
