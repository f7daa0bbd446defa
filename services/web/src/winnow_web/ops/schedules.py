"""``/ops/schedules``: what is done at set times, when next, what each run did; and has one run now."""

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from winnow_contracts.index_api.schedules import ListScheduleRuns, ListSchedules, RunSchedule
from winnow_gateway.dependencies import Dependencies
from winnow_gateway.http.operations import check_path
from winnow_web.ops.frame import Operators, OpsPage

PATH = "/ops/schedules"
_RUNS = 50


def add_pages(blueprint: Blueprint, operators: Operators, parts: Dependencies) -> None:
    """Adds the list, below it a page for each schedule with its runs, and the form that has it run now."""

    @blueprint.get(PATH)
    def ops_schedules() -> str:
        operators.reader()
        return render_template("web/ops/schedules.html", schedules=parts.index.ask(ListSchedules()).items)

    @blueprint.get(f"{PATH}/<name>")
    def ops_schedule(name: str) -> str:
        operators.reader()
        check_path({"schedule": name})
        runs = parts.index.ask(ListScheduleRuns(name=name, limit=_RUNS)).items
        return render_template("web/ops/schedule.html", name=name, runs=runs, most=_RUNS)

    @blueprint.post(f"{PATH}/<name>/run")
    def ops_run_schedule(name: str) -> Response:
        actor = operators.actor()
        check_path({"schedule": name})
        parts.index.ask(RunSchedule(name=name, who=actor.key_id))
        flash(f"A node runs {name} within seconds.")
        return redirect(f"{PATH}/{name}", 303)


PAGE = OpsPage(title="Schedules", path=PATH, add=add_pages)
