"""``/ops/tasks``: the tasks of all tenants by any filter."""

from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from winnow_contracts.index_api.tasks import ListTasks
from winnow_gateway.dependencies import Dependencies
from winnow_ops.task_filters import TASK_FILTERS, task_filter
from winnow_web.ops import bulk_tasks, one_task
from winnow_web.ops.asked_tasks import asked_filters, tasks_command
from winnow_web.ops.frame import Operators, OpsPage

PATH = "/ops/tasks"
_PAGE_ITEMS = 25


def add_pages(blueprint: Blueprint, operators: Operators, parts: Dependencies) -> None:
    """Adds the list, and below it a page for each task and one for each action on all that match."""

    @blueprint.get(PATH)
    def ops_tasks() -> str:
        operators.reader()
        given = asked_filters(request.args)
        cursor = request.args.get("cursor") or None
        page = parts.index.ask(ListTasks(**task_filter(given), limit=_PAGE_ITEMS, cursor=cursor))
        return render_template(
            "web/ops/tasks.html",
            tasks=page.items,
            looked_until=page.looked_until,
            older=urlencode({**given, "cursor": page.next_cursor}) if page.next_cursor else "",
            first=cursor is None,
            given=given,
            query=urlencode(given),
            choices={one.name: one.schema["enum"] for one in TASK_FILTERS if "enum" in one.schema},
            command=tasks_command(given),
        )

    bulk_tasks.add_pages(blueprint, operators, parts)
    one_task.add_pages(blueprint, operators, parts)


PAGE = OpsPage(title="Tasks", path=PATH, add=add_pages)
