"""/v1/ops/spending…: what AI calls cost, of all tenants by day, and of one tenant's day by model."""

from flask import Response

from winnow_contracts.index_api.usage import ListSpentDays, ReadUsage
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.api.spending import DAY, day_of
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, QueryParameter, json_answer
from winnow_journal.codec import plain

_DAYS = QueryParameter(
    name="days",
    about="So many days, today among them.",
    schema={"type": "integer", "minimum": 1, "maximum": 366, "default": 30},
)
_TENANT = QueryParameter(
    name="tenant_id",
    about="Whose; the key's own tenant where absent.",
    schema={"type": "string", "minLength": 1, "maxLength": 200},
)


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operations on what was spent."""
    index = parts.index

    def days(call: Call) -> Response:
        return json_answer(plain(index.ask(ListSpentDays(days=call.query["days"]))))

    def of_day(call: Call) -> Response:
        tenant_id = call.query["tenant_id"] or call.tenant_id
        return json_answer(plain(index.ask(ReadUsage(tenant_id=tenant_id, day=day_of(call)))))

    return (
        Operation(
            name="list_spent_days",
            method="GET",
            path="/v1/ops/spending/days",
            about="What each tenant's AI calls cost on each day (UTC) on which anything was spent; the last is today.",
            handler=days,
            scope="ops:read",
            query=(_DAYS,),
            answers=(ApiAnswer(status=200, about="Them.", content={"application/json": ref("SpentDays")}),),
            problems=("unavailable",),
        ),
        Operation(
            name="get_tenant_spending",
            method="GET",
            path="/v1/ops/spending",
            about="Calls, tokens and cost of any tenant's day by model, and the day's budget.",
            handler=of_day,
            scope="ops:read",
            query=(_TENANT, DAY),
            answers=(ApiAnswer(status=200, about="It.", content={"application/json": ref("Spending")}),),
            problems=("unavailable",),
        ),
    )
