"""/v1/ops/dead…: tasks that failed for good, of all tenants, and what becomes of them."""

from flask import Response

from winnow_contracts.commands import COMMANDS
from winnow_gateway.api.media import CURSOR, LIMIT
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.collaborators import Collaborators
from winnow_gateway.operations import Answer, Call, Operation, Query, json_answer
from winnow_gateway.operator_reads import OperatorReads
from winnow_gateway.steering import Steering

_TENANT = Query(
    name="tenant_id", about="Only of this tenant.", schema={"type": "string", "minLength": 1, "maxLength": 200}
)
_ACTOR = Query(name="actor", about="Only of this actor.", schema={"type": "string", "enum": list(COMMANDS)})


class DeadTasks:
    """Shows, replays and discards dead tasks."""

    def __init__(self, reads: OperatorReads, steering: Steering) -> None:
        self._reads = reads
        self._steering = steering

    def page(self, call: Call) -> Response:
        """The list, the latest death first."""
        query = call.query
        return json_answer(self._reads.dead_page(query["limit"], query["cursor"], query["actor"], query["tenant_id"]))

    def one(self, call: Call) -> Response:
        """One dead task with all that is known of its end."""
        return json_answer(self._reads.dead(call.path["task_id"]))

    def replay(self, call: Call) -> Response:
        """Run its job on from it."""
        task = self._steering.replay(call.path["task_id"])
        return json_answer(task, 202, {"Location": task["links"]["trace"]})

    def discard(self, call: Call) -> Response:
        """Take it off the list."""
        return json_answer(self._steering.discard(call.path["task_id"], call.principal.key_id))


def operations(parts: Collaborators) -> tuple[Operation, ...]:
    """The operations on dead tasks."""
    dead = DeadTasks(
        parts.operator_reads,
        parts.steering,
    )
    base = "/v1/ops/dead/{task_id}"
    task = {"application/json": ref("DeadTask")}
    return (
        Operation(
            name="list_dead_tasks",
            method="GET",
            path="/v1/ops/dead",
            about="The tasks that failed for good and wait for a person, the latest first.",
            handler=dead.page,
            scope="admin",
            query=(LIMIT, CURSOR, _ACTOR, _TENANT),
            answers=(Answer(status=200, about="A page.", content={"application/json": ref("DeadPage")}),),
            problems=("invalid-cursor", "unavailable"),
        ),
        Operation(
            name="get_dead_task",
            method="GET",
            path=base,
            about="One dead task with its command, the trace of its error, and its attempts.",
            handler=dead.one,
            scope="admin",
            answers=(Answer(status=200, about="It.", content=task),),
            problems=("not-found", "unavailable"),
        ),
        Operation(
            name="replay_dead_task",
            method="POST",
            path=f"{base}/replay",
            about="Begin the next run of its job at this task; the steps it had finished are kept.",
            handler=dead.replay,
            scope="admin",
            answers=(Answer(status=202, about="It will run again.", content=task, headers=("Location",)),),
            problems=("not-found", "not-ready", "unavailable"),
        ),
        Operation(
            name="discard_dead_task",
            method="POST",
            path=f"{base}/discard",
            about="Take it off the list for good; its history stays.",
            handler=dead.discard,
            scope="admin",
            answers=(Answer(status=200, about="It is discarded.", content=task),),
            problems=("not-found", "unavailable"),
        ),
    )
