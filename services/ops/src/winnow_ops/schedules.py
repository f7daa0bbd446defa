"""/v1/ops/schedules…: what the fleet does at set times, each run of it, and the request to run one now."""

from flask import Response

from winnow_contracts.index_api.schedules import ListScheduleRuns, ListSchedules, RunSchedule
from winnow_gateway.api.list_filters import LIMIT
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer
from winnow_journal.codec import plain


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operations on schedules."""
    index = parts.index

    def page(call: Call) -> Response:
        return json_answer(plain(index.ask(ListSchedules())))

    def runs(call: Call) -> Response:
        return json_answer(plain(index.ask(ListScheduleRuns(name=call.path["schedule"], **call.query))))

    def run(call: Call) -> Response:
        asked = index.ask(RunSchedule(name=call.path["schedule"], who=call.principal.key_id))
        return json_answer(plain(asked), 202)

    return (
        Operation(
            name="list_schedules",
            method="GET",
            path="/v1/ops/schedules",
            about="Every schedule: what it does, when it runs next, and its latest run.",
            handler=page,
            scope="ops:read",
            answers=(ApiAnswer(status=200, about="All.", content={"application/json": ref("Schedules")}),),
            problems=("unavailable",),
        ),
        Operation(
            name="list_schedule_runs",
            method="GET",
            path="/v1/ops/schedules/{schedule}/runs",
            about="The latest runs of a schedule, those that were skipped or missed included.",
            handler=runs,
            scope="ops:read",
            query=(LIMIT,),
            answers=(ApiAnswer(status=200, about="Them.", content={"application/json": ref("ScheduleRuns")}),),
            problems=("not-found", "unavailable"),
        ),
        Operation(
            name="run_schedule",
            method="POST",
            path="/v1/ops/schedules/{schedule}/run",
            about="Run it now, once, on any index worker. Its next fire stays as it is.",
            handler=run,
            scope="admin",
            answers=(
                ApiAnswer(
                    status=202,
                    about="A worker takes it within seconds.",
                    content={"application/json": ref("ScheduleRun")},
                ),
            ),
            problems=("not-found", "not-ready", "unavailable"),
        ),
    )
