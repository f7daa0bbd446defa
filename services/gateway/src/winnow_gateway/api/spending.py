"""GET /v1/usage: what a tenant stores and spends. GET /v1/spending: the cost of a day's AI calls, and its budget."""

from datetime import UTC, date, datetime

from flask import Response

from winnow_contracts.index_api.tenants import ReadTenant
from winnow_contracts.index_api.usage import ReadUsage
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, QueryParameter, json_answer
from winnow_gateway.http.problems import FieldError
from winnow_journal.codec import plain

DAY = QueryParameter(
    name="day",
    about="A day in UTC; today where absent.",
    schema={"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
)


def day_of(call: Call) -> str:
    """Returns the day of a checked query, by default today. Raises FieldError if there is no such day."""
    day = str(call.query["day"] or datetime.now(UTC).date().isoformat())
    try:
        date.fromisoformat(day)
    except ValueError as error:
        raise FieldError(f"There is no day {day}.", pointer="?day") from error
    return day


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operations on usage and spending."""

    def usage(call: Call) -> Response:
        return json_answer(plain(parts.index.ask(ReadTenant(tenant_id=call.tenant_id))))

    def of_day(call: Call) -> Response:
        return json_answer(plain(parts.index.ask(ReadUsage(tenant_id=call.tenant_id, day=day_of(call)))))

    return (
        Operation(
            name="get_usage",
            method="GET",
            path="/v1/usage",
            about="What the account stores, in bytes of the files that were sent, and how much it may store (null: no"
            " quota); its recordings and photos; the requests of its keys this month; what AI calls cost this month,"
            " and may cost a day (0: no limit).",
            handler=usage,
            answers=(ApiAnswer(status=200, about="It.", content={"application/json": ref("Usage")}),),
            problems=("unavailable",),
        ),
        Operation(
            name="get_spending",
            method="GET",
            path="/v1/spending",
            about="Calls, tokens and cost of a day's AI calls by model, and the day's budget.",
            handler=of_day,
            scope="admin",
            query=(DAY,),
            answers=(ApiAnswer(status=200, about="It.", content={"application/json": ref("Spending")}),),
            problems=("unavailable",),
        ),
    )
