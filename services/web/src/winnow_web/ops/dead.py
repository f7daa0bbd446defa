"""``/ops/dead``: the tasks that failed for good, why, and their replay or discard."""

import json
import shlex
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from winnow_contracts.commands import COMMANDS
from winnow_contracts.index_api.dead_tasks import ListDeadTasks, ReadDeadTask
from winnow_gateway.clients.views import public_dead
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import check_path
from winnow_web.ops.bulk_dead import ACTED, MOST, act_on_all
from winnow_web.ops.frame import Operators, OpsPage

PATH = "/ops/dead"
_PAGE_ITEMS = 25


def add_pages(blueprint: Blueprint, operators: Operators, parts: Dependencies) -> None:
    """Adds the list, a page for each task, and the forms that replay or discard one or all that match."""

    @blueprint.get(PATH)
    def ops_dead() -> str:
        operators.reader()
        wanted = _filters(request.args.get)
        cursor = request.args.get("cursor") or None
        page = parts.index.ask(ListDeadTasks(limit=_PAGE_ITEMS, cursor=cursor, **wanted))
        return render_template(
            "web/ops/dead.html",
            tasks=[public_dead(task) for task in page.items],
            older=urlencode({**_given(wanted), "cursor": page.next_cursor}) if page.next_cursor else "",
            wanted=wanted,
            first=cursor is None,
            actors=sorted(COMMANDS),
            most=MOST,
            commands={verb: _command(verb, wanted) for verb in ("list", *ACTED)},
        )

    @blueprint.get(f"{PATH}/<task_id>")
    def ops_dead_task(task_id: str) -> str:
        operators.reader()
        check_path({"task_id": task_id})
        task = public_dead(parts.index.ask(ReadDeadTask(task_id=task_id)))
        command = json.dumps(task["command"], ensure_ascii=False, indent=2) if task["command"] else ""
        return render_template("web/ops/dead_task.html", task=task, command=command)

    @blueprint.post(f"{PATH}/<task_id>/<any(replay, discard):verb>")
    def ops_dead_act(task_id: str, verb: str) -> Response:
        actor = operators.actor()
        check_path({"task_id": task_id})
        if verb == "replay":
            parts.steering.replay(task_id, actor.key_id)
        else:
            parts.steering.discard(task_id, actor.key_id)
        flash(f"Task {task_id} {ACTED[verb]}.")
        return redirect(PATH, 303)

    @blueprint.post(f"{PATH}/all/<any(replay, discard):verb>")
    def ops_dead_act_on_all(verb: str) -> Response:
        actor = operators.actor()
        wanted = _filters(request.form.get)
        flash(act_on_all(parts, verb, wanted, actor.key_id))
        return redirect(f"{PATH}?{urlencode(_given(wanted))}".rstrip("?"), 303)


def _filters(get: Any) -> dict[str, str | None]:
    """The filters of a list or of a form that acts on all of it; an actor that there is not filters nothing."""
    actor = get("actor")
    return {"actor": actor if actor in COMMANDS else None, "tenant_id": (get("tenant_id") or "").strip()[:200] or None}


def _command(verb: str, wanted: dict[str, str | None]) -> str:
    """The command that does ``verb`` to exactly the tasks that the filters match: ``dead`` knows no tenants."""
    actor = f" --actor {wanted['actor']}" if wanted["actor"] else ""
    if wanted["tenant_id"] is None:
        return f"./winnow dead {verb}{'' if verb == 'list' else ' --all'}{actor}"
    act = "" if verb == "list" else f" {verb}"
    return f"./winnow tasks --state dead{actor} --tenant {shlex.quote(wanted['tenant_id'])}{act}"


def _given(wanted: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in wanted.items() if value}


PAGE = OpsPage(title="Dead", path=PATH, add=add_pages)
