"""Routes that show operators tasks of all tenants."""

from typing import Any

from flask import Flask, request

from winnow_contracts.index_api.tasks import ListTasks, ReadTask, TaskDetail, TaskPage
from winnow_index.api.request_args import whole
from winnow_index.api.serving import serves
from winnow_index.history.task_reads import TaskFilter, TaskReads

_TEXTS = ("state", "actor", "queue", "node", "tenant_id", "text")
_TIMES = ("since_ms", "until_ms")
_LATEST_MS = 1 << 53


def add(app: Flask, tasks: TaskReads) -> None:
    """Add the routes."""

    @serves(app, ListTasks)
    def task_list() -> TaskPage:
        limit = whole("limit", 20, at_least=1, at_most=500)
        return tasks.page(_filter(), limit=limit, cursor=request.args.get("cursor"))

    @serves(app, ReadTask)
    def task(task_id: str) -> TaskDetail:
        return tasks.one(task_id)


def _filter() -> TaskFilter:
    texts: dict[str, Any] = {name: request.args.get(name) for name in _TEXTS}
    given = [name for name in _TIMES if name in request.args]
    times: dict[str, Any] = {name: whole(name, 0, at_least=0, at_most=_LATEST_MS) for name in given}
    return TaskFilter(**texts, **times)
