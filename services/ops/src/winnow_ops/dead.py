"""/v1/ops/dead…: tasks of all tenants that failed for good, and the requests to replay or discard them."""

from flask import Response

from winnow_contracts.commands import COMMANDS
from winnow_contracts.index_api.dead_tasks import ListDeadTasks, ReadDeadTask
from winnow_gateway.api.list_filters import CURSOR, LIMIT
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.clients.views import public_dead
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, QueryParameter, json_answer

_TENANT = QueryParameter(
    name="tenant_id", about="Only of this tenant.", schema={"type": "string", "minLength": 1, "maxLength": 200}
)
_ACTOR = QueryParameter(name="actor", about="Only of this actor.", schema={"type": "string", "enum": list(COMMANDS)})


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operations on dead tasks."""
    index, steering = parts.index, parts.steering

    def page(call: Call) -> Response:
        found = index.ask(ListDeadTasks(**call.query))
        return json_answer({"items": [public_dead(task) for task in found.items], "next_cursor": found.next_cursor})

    def one(call: Call) -> Response:
        return json_answer(public_dead(index.ask(ReadDeadTask(task_id=call.path["task_id"]))))

    def replay(call: Call) -> Response:
        task = steering.replay(call.path["task_id"], call.principal.key_id)
        return json_answer(task, 202, {"Location": task["links"]["trace"]})

    def discard(call: Call) -> Response:
        return json_answer(steering.discard(call.path["task_id"], call.principal.key_id))

    base = "/v1/ops/dead/{task_id}"
    task = {"application/json": ref("DeadTask")}
    return (
        Operation(
            name="list_dead_tasks",
            method="GET",
            path="/v1/ops/dead",
            about="The tasks that failed for good and wait for a person, the latest first.",
            handler=page,
            scope="ops:read",
            query=(LIMIT, CURSOR, _ACTOR, _TENANT),
            answers=(ApiAnswer(status=200, about="A page.", content={"application/json": ref("DeadPage")}),),
            problems=("invalid-cursor", "unavailable"),
        ),
        Operation(
            name="get_dead_task",
            method="GET",
            path=base,
            about="One dead task with its command, the trace of its error, and its attempts.",
            handler=one,
            scope="ops:read",
            answers=(ApiAnswer(status=200, about="It.", content=task),),
            problems=("not-found", "unavailable"),
        ),
        Operation(
            name="replay_dead_task",
            method="POST",
            path=f"{base}/replay",
            about="Begin the next run of its job at this task; the steps it had finished are kept.",
            handler=replay,
            scope="admin",
            answers=(ApiAnswer(status=202, about="It will run again.", content=task, headers=("Location",)),),
            problems=("not-found", "not-ready", "unavailable"),
        ),
        Operation(
            name="discard_dead_task",
            method="POST",
            path=f"{base}/discard",
            about="Take it off the list for good; its history stays.",
            handler=discard,
            scope="admin",
            answers=(ApiAnswer(status=200, about="It is discarded.", content=task),),
            problems=("not-found", "unavailable"),
        ),
    )
