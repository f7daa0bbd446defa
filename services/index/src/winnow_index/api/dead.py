"""Routes for tasks that failed for good."""

from flask import Flask

from winnow_contracts.index_api.dead_tasks import (
    DeadTaskDetail,
    DeadTaskPage,
    DeadTaskView,
    DiscardDeadTask,
    ListDeadTasks,
    ReadDeadTask,
)
from winnow_index.api.request_args import body, page, text
from winnow_index.api.serving import serves
from winnow_index.history.dead_tasks import DeadTasks


def add(app: Flask, tasks: DeadTasks) -> None:
    """Add the routes."""

    @serves(app, ListDeadTasks)
    def dead_list() -> DeadTaskPage:
        return tasks.page(**page("actor", "tenant_id"))

    @serves(app, ReadDeadTask)
    def dead(task_id: str) -> DeadTaskDetail:
        return tasks.one(task_id)

    @serves(app, DiscardDeadTask)
    def discard(task_id: str) -> DeadTaskView:
        given = body()
        return tasks.discard(task_id, text(given, "who"), noted=given.get("bulk") is not True)
