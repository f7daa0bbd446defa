"""Routes that show operators tasks of all tenants."""

from typing import Any

from flask import Flask, request

from winnow_contracts.index_api.tasks import (
    CountTasks,
    JobAttempts,
    ListAttempts,
    ListTasks,
    ReadTask,
    TaskCount,
    TaskDetail,
    TaskFilters,
    TaskPage,
)
from winnow_index.api.request_args import body, job_ids, whole
from winnow_index.api.serving import serves
from winnow_index.history.task_reads import TaskReads

_TEXTS = ("state", "actor", "queue", "node", "tenant_id", "text")
_TIMES = ("since_ms", "until_ms")
_LATEST_MS = 1 << 53
_MOST_JOBS = 1000


def add(app: Flask, tasks: TaskReads) -> None:
    """Add the routes."""

    @serves(app, ListTasks)
    def task_list() -> TaskPage:
        limit = whole("limit", 20, at_least=1, at_most=500)
        return tasks.page(_filter(), limit=limit, cursor=request.args.get("cursor"))

    @serves(app, CountTasks)
    def task_count() -> TaskCount:
        return tasks.count(_filter())

    @serves(app, ReadTask)
    def task(task_id: str) -> TaskDetail:
        return tasks.one(task_id)

    @serves(app, ListAttempts)
    def attempts() -> JobAttempts:
        return JobAttempts(items=tuple(tasks.attempts(job_ids(body(), at_most=_MOST_JOBS))))


def _filter() -> TaskFilters:
    texts: dict[str, Any] = {name: request.args.get(name) for name in _TEXTS}
    given = [name for name in _TIMES if name in request.args]
    times: dict[str, Any] = {name: whole(name, 0, at_least=0, at_most=_LATEST_MS) for name in given}
    return TaskFilters(**texts, **times, unhandled=request.args.get("unhandled") == "True")
