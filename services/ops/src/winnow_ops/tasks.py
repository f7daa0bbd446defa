"""/v1/ops/tasks…: tasks of all tenants by any filter, and one task with all that is known of it."""

from typing import Any

from flask import Response

from winnow_contracts.index_api.tasks import ListTasks, ReadTask, TaskSummary
from winnow_gateway.api.list_filters import CURSOR, LIMIT
from winnow_gateway.api.schema_parts import ref
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import ApiAnswer, Call, Operation, json_answer
from winnow_journal.codec import plain
from winnow_ops.task_filters import TASK_FILTERS, task_filter


def operations(parts: Dependencies) -> tuple[Operation, ...]:
    """The operations on tasks."""
    index = parts.index

    def page(call: Call) -> Response:
        query = call.query
        found = index.ask(ListTasks(**task_filter(query), limit=query["limit"], cursor=query["cursor"]))
        return json_answer({**plain(found), "items": [public_task(task) for task in found.items]})

    def one(call: Call) -> Response:
        return json_answer(public_task(index.ask(ReadTask(task_id=call.path["task_id"]))))

    return (
        Operation(
            name="list_tasks",
            method="GET",
            path="/v1/ops/tasks",
            about="The tasks of all tenants that match every filter, newest first. A page may be short and still have a"
            " next one: each looks at a bounded number of tasks.",
            handler=page,
            scope="ops:read",
            query=(LIMIT, CURSOR, *TASK_FILTERS),
            answers=(ApiAnswer(status=200, about="A page.", content={"application/json": ref("TaskPage")}),),
            problems=("invalid-cursor", "unavailable"),
        ),
        Operation(
            name="get_task",
            method="GET",
            path="/v1/ops/tasks/{task_id}",
            about="One task: its arguments without secrets, steps, every attempt with its cause and error, events, and"
            " what came of it: its result, or the trace of its last error.",
            handler=one,
            scope="ops:read",
            answers=(ApiAnswer(status=200, about="It.", content={"application/json": ref("Task")}),),
            problems=("not-found", "unavailable"),
        ),
    )


def public_task(task: TaskSummary) -> dict[str, Any]:
    """Returns a task with ``links``."""
    base = f"/v1/ops/tasks/{task.task_id}"
    return {**plain(task), "links": {"self": base, "trace": f"/v1/ops/jobs/{task.job_id}/trace"}}
