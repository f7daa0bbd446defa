"""``/ops/tasks/<task_id>``: one task with all that is known of it, and what can be done to it."""

import json

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from winnow_contracts.envelope import now_ms
from winnow_contracts.index_api.tasks import ReadTask
from winnow_contracts.problems import PROBLEMS
from winnow_contracts.states import TaskState
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import check_path
from winnow_web.ops.frame import Operators
from winnow_web.ops.task_timeline import timeline

PATH = "/ops/tasks"
_OPEN = (TaskState.PENDING, TaskState.RUNNING, TaskState.RETRY_WAIT)


def add_pages(blueprint: Blueprint, operators: Operators, parts: Dependencies) -> None:
    """Adds the page, and its forms: ``replay`` and ``discard`` are about the task, ``retry`` and ``cancel`` its job."""
    steering = parts.steering

    @blueprint.get(f"{PATH}/<task_id>")
    def ops_task(task_id: str) -> str:
        operators.reader()
        check_path({"task_id": task_id})
        task = parts.index.ask(ReadTask(task_id=task_id))
        arguments = None if task.arguments is None else json.dumps(task.arguments, ensure_ascii=False, indent=2)
        return render_template(
            "web/ops/task.html",
            task=task,
            is_open=task.state in _OPEN,
            problem_title=PROBLEMS.get(task.error.code, PROBLEMS["internal"]).title if task.error else "",
            arguments=arguments,
            timeline=timeline(task, now_ms()),
        )

    @blueprint.post(f"{PATH}/<task_id>/<any(replay, discard, retry, cancel):verb>")
    def ops_act_on_task(task_id: str, verb: str) -> Response:
        who = operators.actor().key_id
        check_path({"task_id": task_id})
        task = parts.index.ask(ReadTask(task_id=task_id))
        match verb:
            case "replay":
                steering.replay(task_id, who)
                done = f"Task {task_id} runs again."
            case "discard":
                steering.discard(task_id, who)
                done = f"Task {task_id} is discarded."
            case "retry":
                steering.retry((task.tenant_id,), task.job_id, who)
                done = f"Job {task.job_id} runs again from where it ended."
            case _:
                steering.cancel((task.tenant_id,), task.job_id, who)
                done = f"Job {task.job_id} is cancelled."
        flash(done)
        return redirect(f"{PATH}/{task_id}", 303)
