"""``/ops/dead``: the tasks that failed for good and wait for a person, and why."""

import shlex
from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from winnow_contracts.commands import COMMANDS
from winnow_contracts.index_api.dead_tasks import ListDeadTasks
from winnow_contracts.states import TaskState
from winnow_gateway.clients.views import public_dead
from winnow_gateway.dependencies import Dependencies
from winnow_web.ops.frame import Operators, OpsPage

PATH = "/ops/dead"
_PAGE_ITEMS = 25


def add_pages(blueprint: Blueprint, operators: Operators, parts: Dependencies) -> None:
    """Adds the list. What can be done to one or to all stands on the pages of tasks, to which it leads."""

    @blueprint.get(PATH)
    def ops_dead() -> str:
        operators.reader()
        given = _filters(request.args)
        cursor = request.args.get("cursor") or None
        page = parts.index.ask(ListDeadTasks(**given, limit=_PAGE_ITEMS, cursor=cursor))
        meant = {"state": TaskState.DEAD.value, **given}
        return render_template(
            "web/ops/dead.html",
            tasks=[public_dead(task) for task in page.items],
            older=urlencode({**given, "cursor": page.next_cursor}) if page.next_cursor else "",
            given=given,
            query=urlencode(meant),
            first=cursor is None,
            actors=sorted(COMMANDS),
            command=_command(given),
        )


def _filters(values: Mapping[str, str]) -> dict[str, str]:
    """The filters that were given; an actor that there is not filters nothing."""
    actor, tenant_id = values.get("actor", ""), values.get("tenant_id", "").strip()[:200]
    return {**({"actor": actor} if actor in COMMANDS else {}), **({"tenant_id": tenant_id} if tenant_id else {})}


def _command(given: Mapping[str, str]) -> str:
    options = {"actor": "--actor", "tenant_id": "--tenant"}
    return "./winnow dead list" + "".join(f" {options[name]} {shlex.quote(value)}" for name, value in given.items())


PAGE = OpsPage(title="Dead", path=PATH, add=add_pages)
